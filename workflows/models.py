"""A workflow: one pipeline, its owner, its runs and its revision."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from accounts.visibility import workflow_filter

if TYPE_CHECKING:
    from accounts.actors import Actor


class WorkflowQuerySet(models.QuerySet["Workflow"]):
    """Chainable questions about many workflows."""

    def visible_to(self, actor: Actor) -> WorkflowQuerySet:
        """What `actor` may see: the one rule behind pages, API and logs."""
        return self.filter(workflow_filter(actor), is_stored=True)

    def active(self) -> WorkflowQuerySet:
        """Started and not yet at their end: workers take jobs of these only."""
        return self.filter(is_started=True, ended_at__isnull=True)

    def touch(self) -> int:
        """Bump the revision that pages and clients poll by; how many rows."""
        return self.update(revision=F("revision") + 1)

    def reshaped(self) -> None:
        """Have their graphs drawn anew, because jobs or dependencies have changed."""
        self.update(has_stale_families=True, shape=F("shape") + 1)

    def regrouped(self) -> None:
        """Remember that their families fit their jobs again, and how both are drawn changes."""
        self.update(has_stale_families=False, shape=F("shape") + 1)


class Workflow(models.Model):
    """A named set of jobs with its files, user data and resource requirements."""

    name = models.CharField(max_length=255)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="workflows"
    )
    description = models.TextField(null=True, blank=True)
    project = models.CharField(max_length=255, null=True, blank=True)
    metadata = models.JSONField(null=True, blank=True)
    env = models.JSONField(default=dict, blank=True)
    """Environment variables of every job of the workflow."""
    options = models.JSONField(default=dict, blank=True)
    """Torc's remaining workflow fields, kept as they came."""
    submission_directory = models.TextField(null=True, blank=True)
    """Where the CLI stood at creation; jobs run there if the node has it."""
    spec_text = models.TextField(default="", blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    revision = models.PositiveBigIntegerField(default=1)
    """Grows with every visible change; nothing else does."""
    run_id = models.PositiveIntegerField(default=0)
    """How often the workflow was initialised; 0 means never."""
    is_started = models.BooleanField(default=False)
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    is_canceled = models.BooleanField(default=False)
    is_archived = models.BooleanField(default=False)
    is_stored = models.BooleanField(default=True)
    """False while its rows are still being written, in chunks; nobody sees it then."""
    is_graph_stale = models.BooleanField(default=False)
    """Jobs or their inputs and outputs changed after the predecessor sets were made."""
    has_stale_families = models.BooleanField(default=False)
    """Jobs or dependencies changed after the families were counted."""
    shape = models.PositiveBigIntegerField(default=1)
    """Grows when jobs or dependencies change; graphs are drawn once for each."""

    objects = WorkflowQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["owner", "-id"], name="workflow_by_owner"),
            models.Index(
                fields=["id"],
                name="workflow_active",
                condition=Q(is_started=True, ended_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} (#{self.pk})"

    def get_absolute_url(self) -> str:
        return reverse("workflow", args=[self.pk])

    @property
    def is_active(self) -> bool:
        """Workers may take its ready jobs."""
        return self.is_started and self.ended_at is None

    def option(self, name: str, default: Any = None) -> Any:
        """One of Torc's remaining workflow fields."""
        return self.options.get(name, default)
