"""The graph, stored on sets instead of edges."""

from __future__ import annotations

from django.db import models

from jobs.models.ordered import OrderedJSONField


class Family(models.Model):
    """The jobs that one spec entry expanded into."""

    workflow = models.ForeignKey(
        "workflows.Workflow", on_delete=models.CASCADE, related_name="families"
    )
    position = models.PositiveIntegerField()
    label = models.CharField(max_length=255)
    """The name template of the entry, placeholders and all."""
    n_jobs = models.PositiveIntegerField()
    parameters = OrderedJSONField(default=dict, blank=True)
    """Parameter name -> its values, in the order of the spec."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workflow", "position"], name="family_position_once")
        ]

    def __str__(self) -> str:
        return f"{self.label} ({self.n_jobs})"


class FamilyEdge(models.Model):
    """Some job of `target` waits for some job of `source`."""

    source = models.ForeignKey(Family, on_delete=models.CASCADE, related_name="edges_out")
    target = models.ForeignKey(Family, on_delete=models.CASCADE, related_name="edges_in")
    kind = models.CharField(max_length=9)
    """`job`, `file` or `user_data`: what makes the dependency."""
    n_edges = models.PositiveBigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "target", "kind"], name="family_edge_once")
        ]

    def __str__(self) -> str:
        return f"{self.source_id} -> {self.target_id} ({self.kind})"


class PredecessorSet(models.Model):
    """An immutable set of jobs that other jobs wait on, with how many are unfinished."""

    workflow = models.ForeignKey(
        "workflows.Workflow", on_delete=models.CASCADE, related_name="predecessor_sets"
    )
    is_explicit = models.BooleanField(default=True)
    """Named by `depends_on`; otherwise derived from inputs and outputs."""
    n_remaining = models.PositiveIntegerField()
    first_bad = models.ForeignKey(
        "jobs.Job",
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        db_index=False,
        db_constraint=False,  # or each deleted job would scan all sets
    )

    def __str__(self) -> str:
        return f"set {self.pk}, {self.n_remaining} unfinished"


class PredecessorMember(models.Model):
    """`job` is one of those that `set` waits for."""

    set = models.ForeignKey(
        PredecessorSet, on_delete=models.CASCADE, related_name="members", db_index=False
    )
    job = models.ForeignKey(
        "jobs.Job", on_delete=models.CASCADE, related_name="memberships", db_index=False
    )

    class Meta:
        indexes = [models.Index(fields=["job", "set"], name="member_by_job")]
        constraints = [models.UniqueConstraint(fields=["set", "job"], name="member_once_per_set")]

    def __str__(self) -> str:
        return f"job {self.job_id} in set {self.set_id}"


class JobWait(models.Model):
    """`job` waits on `set`."""

    job = models.ForeignKey(
        "jobs.Job", on_delete=models.CASCADE, related_name="waits", db_index=False
    )
    set = models.ForeignKey(
        PredecessorSet, on_delete=models.CASCADE, related_name="waits", db_index=False
    )

    class Meta:
        indexes = [models.Index(fields=["set", "job"], name="wait_by_set")]
        constraints = [models.UniqueConstraint(fields=["job", "set"], name="wait_once_per_job")]

    def __str__(self) -> str:
        return f"job {self.job_id} waits on set {self.set_id}"
