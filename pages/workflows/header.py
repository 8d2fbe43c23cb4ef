"""What stands on top of every page of one workflow."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from accounts.actors import Actor
from accounts.credentials import person
from jobs.nodes.online import online_nodes
from jobs.scheduling.fit import Node
from jobs.statuses import DISPLAY_ORDER, JobStatus
from pages.live import BUSY_SECONDS, IDLE_SECONDS, Live, heartbeat
from pages.shared_rendering import PageContent, PageState, shared_page
from web.requests import HtmxRequest
from workflows.models import Workflow
from workflows.status.progress import count_statuses, is_complete, waiting_reason
from workflows.status.workflow_status import WorkflowStatus, workflow_status

_BAD = (JobStatus.FAILED, JobStatus.TERMINATED, JobStatus.CANCELED, JobStatus.PENDING_FAILED)
_ENDED = (JobStatus.COMPLETED, JobStatus.DISABLED, *_BAD)


def workflow_of(request: HttpRequest, workflow_id: int) -> Workflow:
    """Return a workflow that the person may see, without the text of its spec.

    Raises:
        Http404: there is none with this id.
    """
    return visible_workflow(person(request).actor(), workflow_id)


def visible_workflow(actor: Actor, workflow_id: int) -> Workflow:
    """Return a workflow that an actor may see, without the text of its spec.

    Raises:
        Http404: there is none with this id.
    """
    visible = Workflow.objects.visible_to(actor)
    found = visible.select_related("owner").defer("spec_text").filter(pk=workflow_id).first()
    if found is None:
        raise _not_found(workflow_id)
    return found


def check_visible(request: HttpRequest, workflow_id: int) -> None:
    """Make sure that the person may see a workflow.

    Raises:
        Http404: there is none with this id.
    """
    visible = Workflow.objects.visible_to(person(request).actor())
    if not visible.filter(pk=workflow_id).exists():
        raise _not_found(workflow_id)


def _not_found(workflow_id: int) -> Http404:
    return Http404(f"There is no workflow {workflow_id}.")


@dataclass(frozen=True, slots=True)
class Scene:
    """A workflow among the workers that are online, which decide what it waits for."""

    workflow: Workflow
    nodes: Sequence[Node]
    now: datetime

    @property
    def revision(self) -> str:
        """Name what a page shows: a worker that comes or goes changes it too, and so does time."""
        age = heartbeat(self.now) if self.workflow.is_active else 0
        return f"{self.workflow.revision}.{len(self.nodes)}.{age}"


def scene_of(request: HttpRequest, workflow_id: int) -> Scene:
    """Return the scene of a workflow that the person may see.

    Raises:
        Http404: there is none with this id.
    """
    now = timezone.now()
    return Scene(workflow_of(request, workflow_id), online_nodes(now), now)


@dataclass(frozen=True, slots=True)
class Head:
    """The top of a workflow's pages: how it stands, in numbers and words, and what may be done."""

    workflow: Workflow
    nodes: Sequence[Node]
    counts: dict[str, int]
    """Jobs by status word, in the order of the bars."""
    status: WorkflowStatus
    waiting: str | None
    live: Live

    @property
    def n_jobs(self) -> int:
        """Return how many jobs there are."""
        return sum(self.counts.values())

    @property
    def n_bad(self) -> int:
        """Return how many jobs ended in a way that may call for a rerun."""
        return sum(self.counts.get(one.word, 0) for one in _BAD)

    @property
    def n_failed(self) -> int:
        """Return how many of them failed by themselves."""
        return self.n_bad - self.counts.get(JobStatus.CANCELED.word, 0)

    @property
    def is_idle(self) -> bool:
        """Return whether jobs wait for nothing but a worker, and none is online."""
        is_ready = bool(self.counts.get(JobStatus.READY.word))
        return self.workflow.is_active and is_ready and not self.nodes

    @property
    def n_running(self) -> int:
        """Return how many jobs have an open attempt."""
        return self.counts.get("running", 0) + self.counts.get("pending", 0)

    @property
    def has_work(self) -> bool:
        """Return whether some job is not at its end."""
        return self.n_jobs > sum(self.counts.get(one.word, 0) for one in _ENDED)

    @property
    def may_start(self) -> bool:
        """Return whether a start would do something."""
        resting = not self.workflow.is_active and not self.workflow.is_canceled
        return resting and self.has_work and not self.workflow.is_archived

    @property
    def may_cancel(self) -> bool:
        """Return whether there is something to give up."""
        runs = self.workflow.is_active or self.n_running > 0
        return self.has_work and runs and not self.workflow.is_archived

    @property
    def may_delete(self) -> bool:
        """Return whether the workflow could be deleted as it is now."""
        return not self.workflow.is_active and not self.workflow.is_archived

    @property
    def may_initialize(self) -> bool:
        """Return whether some job waits to be initialised."""
        return bool(self.counts.get("uninitialized")) and not self.workflow.is_archived

    @property
    def may_reset(self) -> bool:
        """Return whether a run has left something to take back."""
        touched = self.n_jobs > self.counts.get("uninitialized", 0)
        return touched and self.workflow.run_id > 0 and not self.workflow.is_archived

    @property
    def may_be_stale(self) -> bool:
        """Return whether some job has ended well, which a change may have overtaken."""
        return JobStatus.COMPLETED.word in self.counts and not self.workflow.is_archived


def head_of(scene: Scene, counted: Mapping[JobStatus, int] | None = None) -> Head:
    """Return the top of the workflow's pages.

    Args:
        scene: the workflow and the workers.
        counted: how many jobs have each status, if the caller knows.
    """
    workflow = scene.workflow
    by_status = count_statuses(workflow.pk) if counted is None else dict(counted)
    counts = {one.word: by_status[one] for one in DISPLAY_ORDER if one in by_status}
    waiting = waiting_reason(workflow, by_status, scene.nodes)
    seconds: int | None = BUSY_SECONDS if workflow.is_active else IDLE_SECONDS
    return Head(
        workflow=workflow,
        nodes=scene.nodes,
        counts=counts,
        status=workflow_status(
            counts,
            is_active=workflow.is_active,
            is_canceled=workflow.is_canceled,
            waiting_reason=waiting,
        ),
        waiting=waiting if workflow.is_active else None,
        live=Live(scene.revision, None if is_complete(by_status) else seconds),
    )


def shared_view(
    request: HtmxRequest, workflow_id: int, show: Callable[[Scene], PageContent]
) -> HttpResponse:
    """Answer with the page, or with what has changed on it.

    Args:
        request: of somebody who may see the workflow, or is told that there is none.
        workflow_id: the workflow.
        show: renders it as it is now; called only if no rendering is young enough.
    """

    def load_state() -> PageState:
        scene = scene_of(request, workflow_id)
        return PageState(scene.revision, lambda: show(scene))

    return shared_page(request, lambda: check_visible(request, workflow_id), load_state)
