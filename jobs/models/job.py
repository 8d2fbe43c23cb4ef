"""A job, what it needs, what it reads and writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.urls import reverse

from jobs.statuses import ACTIVE, COMPLETE, JobStatus

if TYPE_CHECKING:
    from collections.abc import Iterable

_STATUS_CHOICES = [(status.value, status.word) for status in JobStatus]


DEFAULT_REQUIREMENT = "default"
"""The name of what a job needs that names no requirements."""


class RequirementsQuerySet(models.QuerySet["ResourceRequirements"]):
    """Chainable questions about requirements."""

    def default_of(self, workflow_id: int) -> ResourceRequirements:
        """Return the requirements of jobs that name none; made if they are not there yet."""
        named = {"workflow_id": workflow_id, "name": DEFAULT_REQUIREMENT}
        return self.filter(**named).order_by("pk").first() or self.create(**named)


class ResourceRequirements(models.Model):
    """What a job needs of a node, and the limits that are enforced on it."""

    workflow = models.ForeignKey(
        "workflows.Workflow", on_delete=models.CASCADE, related_name="resource_requirements"
    )
    name = models.CharField(max_length=255)
    num_cpus = models.PositiveIntegerField(default=1)
    num_gpus = models.PositiveIntegerField(default=0)
    num_nodes = models.PositiveIntegerField(default=1)
    memory = models.CharField(max_length=32, default="1m")
    """As written: digits and one of k, m, g, t."""
    memory_bytes = models.PositiveBigIntegerField(default=1 << 20)
    runtime = models.CharField(max_length=64, default="P0DT1M")
    """As written: an ISO 8601 duration."""
    runtime_seconds = models.PositiveBigIntegerField(default=60)
    tags = models.JSONField(default=list, blank=True)
    """Only nodes that offer all of these take the job."""
    enforces_memory = models.BooleanField(default=False)
    """Somebody wrote the memory, so a job that exceeds it is ended."""
    enforces_runtime = models.BooleanField(default=False)
    """Somebody wrote the runtime, so a job that exceeds it is ended."""

    objects = RequirementsQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["workflow", "name"], name="requirement_by_name")]

    def __str__(self) -> str:
        return self.name


class FailureHandler(models.Model):
    """Rules that say which failures are tried again, and how often."""

    workflow = models.ForeignKey(
        "workflows.Workflow", on_delete=models.CASCADE, related_name="failure_handlers"
    )
    name = models.CharField(max_length=255)
    rules = models.TextField()
    """JSON text of a list of rules, as Torc's clients send it."""

    def __str__(self) -> str:
        return self.name


class JobQuerySet(models.QuerySet["Job"]):
    """Chainable questions about many jobs."""

    def with_status(self, *statuses: JobStatus) -> JobQuerySet:
        """Return the jobs in one of `statuses`."""
        return self.filter(status__in=[status.value for status in statuses])

    def terminal(self) -> JobQuerySet:
        """Return the jobs that are complete: completed, failed, canceled or terminated."""
        return self.with_status(*COMPLETE)

    def active(self) -> JobQuerySet:
        """Return the jobs that have an open attempt."""
        return self.with_status(*ACTIVE)

    def named(self, names: Iterable[str]) -> JobQuerySet:
        """Return the jobs with one of `names`."""
        return self.filter(name__in=list(names))


class Job(models.Model):
    """One shell command and how far it has come."""

    workflow = models.ForeignKey(
        "workflows.Workflow", on_delete=models.CASCADE, related_name="jobs", db_index=False
    )
    family = models.ForeignKey(
        "jobs.Family",
        null=True,
        on_delete=models.SET_NULL,
        related_name="jobs",
        db_index=False,
        db_constraint=False,  # or each deleted family would scan all jobs
    )
    name = models.CharField(max_length=255)
    command = models.TextField()
    """As written, with its `${...}` tokens; an attempt stores what it ran."""
    command_revision = models.PositiveBigIntegerField(default=0, db_default=0)
    """The workflow's revision when the command was changed; 0 means never."""
    status = models.PositiveSmallIntegerField(
        choices=_STATUS_CHOICES, default=JobStatus.UNINITIALIZED.value
    )
    requirements = models.ForeignKey(
        ResourceRequirements, on_delete=models.RESTRICT, related_name="jobs", db_index=False
    )
    failure_handler = models.ForeignKey(
        FailureHandler, null=True, on_delete=models.SET_NULL, related_name="jobs", db_index=False
    )
    priority = models.IntegerField(default=0)
    cancel_on_blocking_job_failure = models.BooleanField(default=True)
    supports_termination = models.BooleanField(default=False)
    env = models.JSONField(default=dict, blank=True)
    parameters = models.JSONField(default=dict, blank=True)
    """Parameter name -> the value that this job was expanded with."""
    n_attempts = models.PositiveIntegerField(default=0)
    """Attempts opened in the current run."""
    n_retries = models.PositiveIntegerField(default=0)
    """How many of them were retries that a failure handler asked for."""
    n_lost = models.PositiveSmallIntegerField(default=0)
    """How many of them were lost through no fault of the job."""
    n_waiting = models.PositiveIntegerField(default=0)
    """Predecessor sets that still have an unfinished member."""
    ready_at = models.DateTimeField(null=True, blank=True)
    canceled_by = models.ForeignKey(
        "self",
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        db_index=False,
        db_constraint=False,  # or each deleted job would scan all jobs
    )
    """The predecessor whose end canceled this job."""
    reason = models.TextField(default="", blank=True)
    """Why it ended as it did, or what was done to it: one sentence."""
    options = models.JSONField(default=dict, blank=True)
    """Torc's remaining job fields, kept as they came."""

    objects = JobQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["workflow", "status", "family"], name="job_by_status"),
            models.Index(fields=["workflow", "family"], name="job_by_family"),
            models.Index(
                fields=["requirements", "-priority", "id"],
                name="job_ready_queue",
                condition=Q(status=JobStatus.READY.value),
            ),
            models.Index(fields=["requirements"], name="job_by_requirements"),
            models.Index(
                fields=["workflow"], name="job_changed_command", condition=Q(command_revision__gt=0)
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["workflow", "name"], name="job_name_once_per_workflow")
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("job", args=[self.workflow_id, self.pk])

    @property
    def status_word(self) -> str:
        """The status as clients and pages know it."""
        return JobStatus(self.status).word


class JobFile(models.Model):
    """`job` reads or writes `file`."""

    job = models.ForeignKey(
        Job, on_delete=models.CASCADE, related_name="file_links", db_index=False
    )
    file = models.ForeignKey("userdata.File", on_delete=models.CASCADE, related_name="job_links")
    is_output = models.BooleanField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["job", "is_output", "file"], name="job_file_once")
        ]

    def __str__(self) -> str:
        return f"job {self.job_id}, file {self.file_id}"


class JobUserData(models.Model):
    """`job` reads or writes `user_data`."""

    job = models.ForeignKey(
        Job, on_delete=models.CASCADE, related_name="user_data_links", db_index=False
    )
    user_data = models.ForeignKey(
        "userdata.UserData", on_delete=models.CASCADE, related_name="job_links"
    )
    is_output = models.BooleanField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["job", "is_output", "user_data"], name="job_user_data_once"
            )
        ]

    def __str__(self) -> str:
        return f"job {self.job_id}, user data {self.user_data_id}"
