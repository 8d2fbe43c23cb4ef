"""What stands on top of every page of one workflow."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from accounts.actors import Actor
from accounts.credentials import person
from jobs.nodes.online import online_nodes
from jobs.scheduling.fit import Node
from jobs.statuses import ACTIVE, DISPLAY_ORDER, ENDED_BADLY, UNSUCCESSFUL, JobStatus
from pages.live import BUSY_SECONDS, IDLE_SECONDS, Live, heartbeat, live_page
from pages.shared_rendering import PageContent, PageState, shared_page
from web.requests import HtmxRequest
from workflows.models import Workflow
from workflows.status.progress import count_statuses, is_complete, waiting_reason
from workflows.status.workflow_status import WorkflowStatus, workflow_status

_AT_AN_END = frozenset({*UNSUCCESSFUL, JobStatus.COMPLETED, JobStatus.DISABLED})
"""What a job stays in unless somebody acts on it."""


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
    workflow = visible.select_related("owner").defer("spec_text").filter(pk=workflow_id).first()
    if workflow is None:
        raise _not_found(workflow_id)
    return workflow


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
class Snapshot:
    """A workflow and the workers that are online at one moment."""

    workflow: Workflow
    nodes: Sequence[Node]
    now: datetime

    @property
    def revision(self) -> str:
        """Name what a page shows: it changes with the workflow, the workers, and with time."""
        age = heartbeat(self.now) if self.workflow.is_active else 0
        return f"{self.workflow.revision}.{len(self.nodes)}.{age}"


def snapshot_of(request: HttpRequest, workflow_id: int) -> Snapshot:
    """Return the present state of a workflow that the person may see.

    Raises:
        Http404: there is none with this id.
    """
    now = timezone.now()
    return Snapshot(workflow_of(request, workflow_id), online_nodes(now), now)


@dataclass(frozen=True, slots=True)
class Header:
    """The top of a workflow's pages: how it stands, in numbers and words, and what may be done."""

    workflow: Workflow
    nodes: Sequence[Node]
    counts: dict[str, int]
    """Jobs by status word, in the order of the bars."""
    status: WorkflowStatus
    waiting_reason: str | None
    """Why nothing moves; None unless the workflow is active."""
    live: Live

    def _count(self, statuses: Iterable[JobStatus]) -> int:
        return sum(self.counts.get(status.word, 0) for status in statuses)

    @property
    def n_jobs(self) -> int:
        """Return how many jobs there are."""
        return sum(self.counts.values())

    @property
    def n_unsuccessful(self) -> int:
        """Return how many jobs ended in a way that may call for a rerun."""
        return self._count(UNSUCCESSFUL)

    @property
    def n_failed(self) -> int:
        """Return how many jobs ended badly by themselves, not because somebody canceled them."""
        return self._count(ENDED_BADLY)

    @property
    def n_ready(self) -> int:
        """Return how many jobs are ready."""
        return self._count([JobStatus.READY])

    @property
    def n_running(self) -> int:
        """Return how many jobs have an open attempt."""
        return self._count(ACTIVE)

    @property
    def lacks_worker(self) -> bool:
        """Return whether jobs wait for nothing but a worker, and none is online."""
        return self.workflow.is_active and self.n_ready > 0 and not self.nodes

    @property
    def has_work(self) -> bool:
        """Return whether some job is not at its end."""
        return self.n_jobs > self._count(_AT_AN_END)

    @property
    def may_start(self) -> bool:
        """Return whether a start would do something."""
        workflow = self.workflow
        is_resting = not (workflow.is_active or workflow.is_canceled or workflow.is_archived)
        return is_resting and self.has_work

    @property
    def may_cancel(self) -> bool:
        """Return whether there is something to cancel."""
        runs = self.workflow.is_active or self.n_running > 0
        return self.has_work and runs and not self.workflow.is_archived

    @property
    def may_delete(self) -> bool:
        """Return whether the workflow could be deleted as it is now."""
        return not self.workflow.is_active and not self.workflow.is_archived

    @property
    def may_initialize(self) -> bool:
        """Return whether some job waits to be initialized."""
        return self._count([JobStatus.UNINITIALIZED]) > 0 and not self.workflow.is_archived

    @property
    def may_rerun(self) -> bool:
        """Return whether a run has begun whose jobs could run again."""
        has_begun = self.n_jobs > self._count([JobStatus.UNINITIALIZED])
        return has_begun and self.workflow.run_id > 0 and not self.workflow.is_archived

    @property
    def may_be_stale(self) -> bool:
        """Return whether some job has completed, so that a change may have made it stale."""
        return JobStatus.COMPLETED.word in self.counts and not self.workflow.is_archived


def header_of(snapshot: Snapshot, counted: Mapping[JobStatus, int] | None = None) -> Header:
    """Return the top of the workflow's pages.

    Args:
        snapshot: the workflow and the workers.
        counted: how many jobs have each status, if the caller knows.
    """
    workflow = snapshot.workflow
    by_status = count_statuses(workflow.pk) if counted is None else dict(counted)
    counts = {status.word: by_status[status] for status in DISPLAY_ORDER if status in by_status}
    reason = waiting_reason(workflow, by_status, snapshot.nodes)
    seconds: int | None = BUSY_SECONDS if workflow.is_active else IDLE_SECONDS
    return Header(
        workflow=workflow,
        nodes=snapshot.nodes,
        counts=counts,
        status=workflow_status(
            counts,
            is_active=workflow.is_active,
            is_canceled=workflow.is_canceled,
            waiting_reason=reason,
        ),
        waiting_reason=reason if workflow.is_active else None,
        live=Live(snapshot.revision, None if is_complete(by_status) else seconds),
    )


def workflow_page(
    request: HtmxRequest,
    header: Header,
    template: str,
    context: Mapping[str, Any],
    *,
    tab: str,
    title: str,
    live: Live | None = None,
) -> HttpResponse:
    """Answer with a page of a workflow, or with its live part if the request is a poll.

    Args:
        request: the page's request, or a poll of it.
        header: the top of the page.
        template: what stands below it.
        context: what the template shows.
        tab: which tab of the header the page belongs to.
        title: what the page shows of the workflow.
        live: how the page goes on following, if not as the header says.
    """
    workflow = header.workflow
    return live_page(
        request,
        template,
        {"header": header, "tab": tab, "status": "", **context},
        title=f"{title} · {workflow.name} #{workflow.pk}",
        live=live or header.live,
        status=header.status.word,
    )


def shared_view(
    request: HtmxRequest, workflow_id: int, show: Callable[[Snapshot], PageContent]
) -> HttpResponse:
    """Answer with the page, or with what has changed on it.

    Args:
        request: the page's request, or a poll of it.
        workflow_id: the workflow.
        show: finds what the page shows now; called only if no rendering is young enough.
    """

    def load_state() -> PageState:
        snapshot = snapshot_of(request, workflow_id)
        return PageState(snapshot.revision, lambda: show(snapshot))

    return shared_page(request, lambda: check_visible(request, workflow_id), load_state)
