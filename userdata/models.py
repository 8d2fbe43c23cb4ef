"""Files and user data: what jobs read and write, and what orders them."""

from __future__ import annotations

from django.db import models


class File(models.Model):
    """A path that jobs of one workflow read or write."""

    workflow = models.ForeignKey(
        "workflows.Workflow", on_delete=models.CASCADE, related_name="files"
    )
    name = models.CharField(max_length=255)
    path = models.TextField()
    st_mtime = models.FloatField(null=True)
    """Seconds since 1970 when the file was last seen; null when it was not."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workflow", "name"], name="file_name_once_per_workflow")
        ]

    def __str__(self) -> str:
        return self.name


class UserData(models.Model):
    """A JSON value that jobs of one workflow read or write."""

    workflow = models.ForeignKey(
        "workflows.Workflow", on_delete=models.CASCADE, related_name="user_data"
    )
    name = models.CharField(max_length=255)
    data = models.TextField(default="null")
    """JSON text exactly as it was written: key order and number spelling are kept."""
    is_ephemeral = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)
    """Grows with each change; an edit of an older version is a conflict."""
    changed_at = models.DateTimeField(auto_now=True)
    changed_by = models.CharField(max_length=255, default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workflow", "name"], name="user_data_name_once_per_workflow"
            )
        ]

    def __str__(self) -> str:
        return self.name
