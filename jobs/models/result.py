"""One attempt at a job, from its placement to its end."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from jobs.statuses import JobStatus

_STATUS_CHOICES = [(status.value, status.word) for status in JobStatus]


class ResultQuerySet(models.QuerySet["Result"]):
    """Chainable questions about many attempts."""

    def open(self) -> ResultQuerySet:
        """Return the attempts that have not ended."""
        return self.filter(ended_at__isnull=True)

    def ended(self) -> ResultQuerySet:
        """Return the attempts that have ended: what clients know as results."""
        return self.filter(ended_at__isnull=False)


class Result(models.Model):
    """An attempt: opened when the job is placed, started with its process, ended once."""

    workflow = models.ForeignKey(
        "workflows.Workflow", on_delete=models.CASCADE, related_name="results", db_index=False
    )
    job = models.ForeignKey(
        "jobs.Job", on_delete=models.CASCADE, related_name="results", db_index=False
    )
    run_id = models.PositiveIntegerField()
    attempt_id = models.PositiveIntegerField()
    compute_node = models.ForeignKey(
        "jobs.ComputeNode",
        null=True,
        on_delete=models.SET_NULL,
        related_name="results",
        db_index=False,
    )
    incarnation = models.CharField(max_length=32, default="", blank=True)
    status = models.PositiveSmallIntegerField(
        choices=_STATUS_CHOICES, default=JobStatus.PENDING.value
    )
    num_cpus = models.PositiveIntegerField(default=1)
    memory_bytes = models.PositiveBigIntegerField(default=0)
    num_gpus = models.PositiveIntegerField(default=0)
    gpu_indices = models.CharField(max_length=255, default="", blank=True)
    """Comma-separated places among the node's GPUs, from 0; empty for none."""
    opened_at = models.DateTimeField()
    opened_revision = models.PositiveBigIntegerField(default=0, db_default=0)
    """The workflow's revision then: what changed at a later one, the attempt has not seen."""
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    return_code = models.IntegerField(null=True, blank=True)
    kill_reason = models.CharField(max_length=16, default="", blank=True)
    """`canceled`, `runtime` or `memory` as soon as the attempt is to be ended."""
    reason = models.TextField(default="", blank=True)
    cause = models.CharField(max_length=200, default="", db_default="", blank=True)
    """Of a bad end: the line that says why, normalized, so that equal causes are equal texts."""
    error_line = models.CharField(max_length=300, default="", db_default="", blank=True)
    """That line as the log has it."""
    exec_seconds = models.FloatField(null=True, blank=True)
    peak_memory_bytes = models.BigIntegerField(null=True, blank=True)
    avg_memory_bytes = models.BigIntegerField(null=True, blank=True)
    peak_cpu_percent = models.FloatField(null=True, blank=True)
    avg_cpu_percent = models.FloatField(null=True, blank=True)
    usage = models.TextField(default="", db_default="", blank=True)
    """Memory and CPU over time, as `usage.encoded` writes them; only of those that ran long."""
    command = models.TextField(default="", blank=True)
    """What ran: the job's command with its tokens filled in."""

    objects = ResultQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["workflow", "run_id"], name="result_by_run"),
            models.Index(
                fields=["workflow", "run_id", "cause", "job"],
                name="result_by_cause",
                condition=~Q(cause=""),
            ),
            models.Index(
                fields=["workflow", "ended_at"],
                name="result_latest_bad_end",
                condition=~Q(cause=""),
            ),
            models.Index(
                fields=["compute_node"],
                name="result_open_by_node",
                condition=Q(ended_at__isnull=True),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["job"], name="one_open_attempt_per_job", condition=Q(ended_at__isnull=True)
            ),
            models.UniqueConstraint(
                fields=["job", "run_id", "attempt_id"], name="attempt_number_once_per_run"
            ),
        ]

    def __str__(self) -> str:
        return f"attempt {self.attempt_id} of job {self.job_id}"

    @property
    def status_word(self) -> str:
        """The status as clients and pages know it."""
        return JobStatus(self.status).word


class LogTail(models.Model):
    """The last 16 KiB of both logs: the web may not see the node's disk."""

    result = models.OneToOneField(
        Result, primary_key=True, on_delete=models.CASCADE, related_name="log_tail"
    )
    stdout = models.TextField(default="", blank=True)
    stderr = models.TextField(default="", blank=True)

    def __str__(self) -> str:
        return f"log tail of attempt {self.result_id}"
