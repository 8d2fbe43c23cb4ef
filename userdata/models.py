"""Files and user data: what jobs read and write, and what orders them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Sum
from django.db.models.expressions import RawSQL
from django.db.models.functions import Length
from django.utils import timezone


class File(models.Model):
    """A path that jobs of one workflow read or write."""

    workflow = models.ForeignKey(
        "workflows.Workflow", on_delete=models.CASCADE, related_name="files"
    )
    name = models.CharField(max_length=255)
    path = models.TextField()
    st_mtime = models.FloatField(null=True)
    """Seconds since 1970 when the file was last seen; null when it was not."""
    changed_revision = models.PositiveBigIntegerField(default=0, db_default=0)
    """The workflow's revision when another time or path became known; 0 means never."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workflow", "name"], name="file_name_once_per_workflow")
        ]

    def __str__(self) -> str:
        return self.name


def present_revision(model: type[models.Model]) -> RawSQL:
    """Return SQL for the revision of each row's workflow.

    For an update in a transaction that has raised that revision.
    """
    table = model._meta.db_table
    sql = f"(SELECT w.revision FROM workflows_workflow w WHERE w.id = {table}.workflow_id)"
    field = models.PositiveBigIntegerField()
    return RawSQL(sql, [], output_field=field)  # noqa: S611 - nothing in it comes from outside


class UserDataQuerySet(models.QuerySet["UserData"]):
    """Many values."""

    def n_bytes(self) -> int:
        """Return the number of characters that all values have together."""
        return self.aggregate(total=Sum(Length("data")))["total"] or 0


class Source:
    """Where a value came from."""

    SPEC = "spec"
    PAGE = "page"
    API = "api"
    JOB = "job"
    RUN = "run"
    """Cleared because it is ephemeral and a new run began."""
    RESTORE = "restore"


class Authorship(models.Model):
    """When a version of a value was written, by whom, and from where."""

    changed_at = models.DateTimeField(default=timezone.now)
    changed_by = models.CharField(max_length=255, default="", blank=True)
    """The author's name as it was then."""
    changed_revision = models.PositiveBigIntegerField(default=0, db_default=0)
    """The workflow's revision when the text changed; 0 means not since the value was made."""
    source = models.CharField(max_length=8, default=Source.SPEC, db_default=Source.SPEC)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        db_index=False,
    )
    token = models.ForeignKey(
        "accounts.ApiToken",
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        db_index=False,
    )
    result_id = models.BigIntegerField(null=True)
    """The attempt that wrote it; no foreign key, or each deleted attempt would scan all values."""
    restored_version = models.PositiveIntegerField(null=True)

    class Meta:
        abstract = True


class UserData(Authorship):
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

    objects = UserDataQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workflow", "name"], name="user_data_name_once_per_workflow"
            )
        ]

    def __str__(self) -> str:
        return self.name


class UserDataVersion(Authorship):
    """What a value was before it was replaced."""

    user_data = models.ForeignKey(
        UserData, on_delete=models.CASCADE, related_name="versions", db_index=False
    )
    version = models.PositiveIntegerField()
    data = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user_data", "version"], name="user_data_version_once")
        ]

    def __str__(self) -> str:
        return f"version {self.version} of user data {self.user_data_id}"
