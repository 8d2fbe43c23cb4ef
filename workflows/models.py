"""A workflow: one pipeline, its owner, its runs and its revision."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from accounts.visibility import workflow_filter

if TYPE_CHECKING:
    from accounts.actors import Actor


IS_ACTIVE = Q(is_started=True, ended_at__isnull=True)
"""Started and not yet at the end: workers take jobs of such workflows only."""

NOT_STARTED: Mapping[str, Any] = {"is_started": False, "started_at": None, "ended_at": None}
"""The flags of a workflow that has not been started since it was created or reset."""


class WorkflowQuerySet(models.QuerySet["Workflow"]):
    """Chainable questions about many workflows."""

    def visible_to(self, actor: Actor) -> WorkflowQuerySet:
        """Return what `actor` may see: the one rule behind pages, API and logs."""
        return self.filter(workflow_filter(actor), is_stored=True)

    def active(self) -> WorkflowQuerySet:
        """Return those that are started and not yet at their end."""
        return self.filter(IS_ACTIVE)

    def touch(self) -> int:
        """Raise the revision that pages and clients poll by; return how many rows there are."""
        return self.update(revision=F("revision") + 1)

    def graph_changed(self) -> None:
        """Note that jobs or what they read and write have changed.

        The next initialize derives who waits for whom again, and the graphs are drawn again.
        """
        self.update(is_graph_stale=True, **_RESHAPED)

    def reshaped(self) -> None:
        """Have the graphs drawn again, because the dependencies between jobs have changed."""
        self.update(**_RESHAPED)

    def dependencies_derived(self) -> None:
        """Note that who waits for whom fits what jobs read and write."""
        self.update(is_graph_stale=False, **_RESHAPED)

    def regrouped(self) -> None:
        """Note that the families fit their jobs again, and have the graphs drawn again."""
        self.update(has_stale_families=False, shape=F("shape") + 1)


_RESHAPED: Mapping[str, Any] = {"has_stale_families": True, "shape": F("shape") + 1}


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
    """How often the workflow was initialized; 0 means never."""
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
            models.Index(fields=["id"], name="workflow_active", condition=IS_ACTIVE),
        ]

    def __str__(self) -> str:
        return f"{self.name} (#{self.pk})"

    def get_absolute_url(self) -> str:
        return reverse("workflow", args=[self.pk])

    @property
    def is_active(self) -> bool:
        """Return what `IS_ACTIVE` says of this row."""
        return self.is_started and self.ended_at is None

    def forget_start(self, *, keeps_cancellation: bool = False) -> None:
        """Store that the workflow has not been started.

        Args:
            keeps_cancellation: a canceled workflow stays canceled.
        """
        flags = {**NOT_STARTED} if keeps_cancellation else {**NOT_STARTED, "is_canceled": False}
        for name, value in flags.items():
            setattr(self, name, value)
        self.save(update_fields=list(flags))

    def option(self, name: str, default: Any = None) -> Any:
        """Return one of Torc's remaining workflow fields."""
        return self.options.get(name, default)
