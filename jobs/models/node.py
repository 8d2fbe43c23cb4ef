"""A machine that runs jobs."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models

SILENT_AFTER = timedelta(seconds=30)
"""A node without a heartbeat for so long counts as silent, and gets nothing new."""


class NodeQuerySet(models.QuerySet["ComputeNode"]):
    """Chainable questions about nodes."""

    def own(self) -> NodeQuerySet:
        """Our workers, which serve every workflow; `jobs.sql.OWN_ACTIVE_NODE` says it in SQL."""
        return self.filter(workflow=None, uid__isnull=False)

    def online(self, now: datetime) -> NodeQuerySet:
        """Our workers that are in service and gave a sign of life lately."""
        return self.own().filter(is_active=True, heartbeat_at__gt=now - SILENT_AFTER)


class ComputeNode(models.Model):
    """A node: one of our workers, or a runner that a Torc client registered."""

    workflow = models.ForeignKey(
        "workflows.Workflow",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="compute_nodes",
    )
    """Null for our workers, which serve every workflow."""
    uid = models.CharField(max_length=32, null=True, unique=True)
    """Random id in the worker's node folder; never the hostname."""
    incarnation = models.CharField(max_length=32, default="", blank=True)
    """Changes with each start of the worker; messages for an older one are dropped."""
    hostname = models.CharField(max_length=255)
    pid = models.BigIntegerField()
    num_cpus = models.PositiveIntegerField()
    memory_bytes = models.PositiveBigIntegerField()
    num_gpus = models.PositiveIntegerField(default=0)
    num_nodes = models.PositiveIntegerField(default=1)
    tags = models.JSONField(default=list, blank=True)
    is_active = models.BooleanField(default=True)
    started_at = models.DateTimeField()
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    reserved_for = models.ForeignKey(
        "jobs.Job", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    """A job that waited long; nothing later is placed here until it fits."""
    missing_folders = models.JSONField(default=list, blank=True)
    """Submission folders that are not there on this node: it takes no job of their workflows."""
    details = models.JSONField(default=dict, blank=True)
    """What a Torc client sent beside the fields above, kept as it came."""

    objects = NodeQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["is_active", "workflow"], name="node_by_activity")]

    def __str__(self) -> str:
        return f"{self.hostname} ({self.pk})"


class Lease(models.Model):
    """Who does a duty that one process at a time should do."""

    name = models.CharField(max_length=32, primary_key=True)
    holder = models.CharField(max_length=64)
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name}: {self.holder}"
