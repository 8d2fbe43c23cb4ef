"""What happened to a workflow, in order."""

from __future__ import annotations

from django.db import models


class Event(models.Model):
    """One thing that happened; `data["type"]` says what."""

    workflow = models.ForeignKey(
        "workflows.Workflow", on_delete=models.CASCADE, related_name="events"
    )
    timestamp = models.BigIntegerField()
    """Milliseconds since 1970."""
    data = models.JSONField()

    class Meta:
        indexes = [models.Index(fields=["workflow", "timestamp"], name="event_by_time")]

    def __str__(self) -> str:
        return f"{self.data.get('type', 'event')} at {self.timestamp}"
