"""The table of legal changes of a status, walked against what changes them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from jobs.dependencies import recount
from jobs.dependencies.count_down import settle
from jobs.models import ComputeNode, Job, Result
from jobs.nodes.session import sign_off
from jobs.recording.store import StartedAttempt, store_batch
from jobs.scheduling.attempts import load_open_attempts, lost, never_started
from jobs.scheduling.open_attempts import claim_jobs
from jobs.statuses import (
    CANCEL_UNSTARTED,
    CANCEL_WAITING,
    CASCADE,
    DISABLE,
    ENABLE,
    END,
    GIVE_BACK,
    INITIALIZE,
    PLACE,
    RECOUNT,
    RELEASE,
    RERUN,
    RESET,
    START,
    TRANSITIONS,
    JobStatus,
    Transition,
)
from tests import factories
from workflows.lifecycle import lifecycle
from workflows.lifecycle.reset import uninitialize
from workflows.models import Workflow
from workflows.stop_attempts import give_up_waiting, stop_attempts

pytestmark = pytest.mark.django_db

S = JobStatus
NOW = datetime(2026, 5, 1, tzinfo=UTC)
Statuses = dict[JobStatus, JobStatus]
"""The status of a job before -> after."""


class Stage:
    """A workflow with a job of each status; what is done to all of them changes some."""

    def __init__(self) -> None:
        self.workflow: Workflow = factories.make_started_workflow()
        self.node: ComputeNode = factories.make_node(num_cpus=0, now=NOW)
        self.jobs = {status: factories.make_job(self.workflow, status=status) for status in S}

    @property
    def ids(self) -> list[int]:
        return [job.pk for job in self.jobs.values()]

    def open_attempts(self, *, started: bool) -> list[Result]:
        """Open an attempt of each job, whatever its status is."""
        for status, job in self.jobs.items():
            factories.make_open_result(job, node=self.node, started_at=NOW if started else None)
            Job.objects.filter(pk=job.pk).update(status=status.value)
        return list(Result.objects.open())

    def make_wait(self, predecessor: Job) -> None:
        """Have each job wait for `predecessor`, whatever its status is."""
        for status, job in self.jobs.items():
            factories.make_wait(job, [predecessor])
            Job.objects.filter(pk=job.pk).update(status=status.value)

    def after(self) -> Statuses:
        rows = dict(Job.objects.filter(pk__in=self.ids).values_list("pk", "status"))
        return {status: S(rows[job.pk]) for status, job in self.jobs.items()}


def place(stage: Stage) -> None:
    claim_jobs(stage.ids)


def start(stage: Stage) -> None:
    attempts = stage.open_attempts(started=False)
    store_batch([StartedAttempt(row.pk, row.workflow_id, NOW) for row in attempts], [], NOW)


def end_as(status: JobStatus) -> Callable[[Stage], None]:
    def end(stage: Stage) -> None:
        plans = load_open_attempts(row.pk for row in stage.open_attempts(started=True))
        store_batch([], [never_started(plan, status, 1, "", NOW) for plan in plans], NOW)

    return end


def lose(stage: Stage) -> None:
    plans = load_open_attempts(row.pk for row in stage.open_attempts(started=True))
    store_batch([], [lost(plan, "", NOW) for plan in plans], NOW)


def end_without_handler(stage: Stage) -> None:
    Workflow.objects.update(options={"use_pending_failed": True})
    end_as(S.FAILED)(stage)


def give_back(stage: Stage) -> None:
    stage.open_attempts(started=False)
    sign_off(stage.node.pk, stage.node.incarnation, lambda _: True)


def end_predecessor(status: JobStatus) -> Callable[[Stage], None]:
    def end(stage: Stage) -> None:
        predecessor = factories.make_job(stage.workflow)
        stage.make_wait(predecessor)
        Job.objects.filter(pk=predecessor.pk).update(status=status.value)
        settle({predecessor.pk: status}, NOW)

    return end


def recount_with(status: JobStatus) -> Callable[[Stage], None]:
    def count(stage: Stage) -> None:
        stage.make_wait(factories.make_job(stage.workflow, status=status))
        recount.recompute(stage.workflow.pk, NOW)

    return count


def cancel_waiting(stage: Stage) -> None:
    give_up_waiting(stage.workflow.pk, "ann")


def cancel_unstarted(stage: Stage) -> None:
    stage.open_attempts(started=False)
    stop_attempts(stage.workflow.pk, NOW + timedelta(days=1))


def reset(stage: Stage) -> None:
    uninitialize(stage.workflow.pk, None)


def initialize(stage: Stage) -> None:
    blocker = factories.make_job(stage.workflow, status=S.DISABLED)
    stage.make_wait(blocker)
    lifecycle.initialize(stage.workflow.pk, by="ann", force=True)


CASES: list[tuple[str, Transition, Callable[[Stage], None], Statuses]] = [
    ("placed", PLACE, place, {S.READY: S.PENDING}),
    ("started", START, start, {S.PENDING: S.RUNNING}),
    *(
        (f"ended {status.word}", END, end_as(status), {S.PENDING: status, S.RUNNING: status})
        for status in (S.COMPLETED, S.FAILED, S.CANCELED, S.TERMINATED)
    ),
    ("lost", END, lose, {S.PENDING: S.READY, S.RUNNING: S.READY}),
    (
        "failed without a handler",
        END,
        end_without_handler,
        {S.PENDING: S.PENDING_FAILED, S.RUNNING: S.PENDING_FAILED},
    ),
    ("given back", GIVE_BACK, give_back, {S.PENDING: S.READY}),
    ("released", RELEASE, end_predecessor(S.COMPLETED), {S.BLOCKED: S.READY}),
    *(
        (f"cascade of {status.word}", CASCADE, end_predecessor(status), {S.BLOCKED: S.CANCELED})
        for status in (S.FAILED, S.CANCELED, S.TERMINATED)
    ),
    ("recounted, open", RECOUNT, recount_with(S.RUNNING), {S.READY: S.BLOCKED}),
    ("recounted, complete", RECOUNT, recount_with(S.COMPLETED), {S.BLOCKED: S.READY}),
    (
        "recounted, failed",
        RECOUNT,
        recount_with(S.FAILED),
        {S.BLOCKED: S.CANCELED, S.READY: S.CANCELED},
    ),
    (
        "canceled while waiting",
        CANCEL_WAITING,
        cancel_waiting,
        dict.fromkeys((S.UNINITIALIZED, S.BLOCKED, S.READY, S.PENDING_FAILED), S.CANCELED),
    ),
    ("canceled unstarted", CANCEL_UNSTARTED, cancel_unstarted, {S.PENDING: S.CANCELED}),
    ("reset", RESET, reset, dict.fromkeys(RESET.sources, S.UNINITIALIZED)),
    ("initialized", INITIALIZE, initialize, dict.fromkeys(INITIALIZE.sources, S.BLOCKED)),
]


@pytest.mark.parametrize(
    ("step", "do", "changes"),
    [case[1:] for case in CASES],
    ids=[case[0] for case in CASES],
)
def test_a_status_changes_where_the_table_says_so_and_nowhere_else(
    step: Transition, do: Callable[[Stage], None], changes: Statuses
) -> None:
    stage = Stage()
    do(stage)
    changed = {before: after for before, after in stage.after().items() if before is not after}
    expected = {before: after for before, after in changes.items() if before is not after}
    assert changed == expected
    assert set(changed) <= step.sources
    assert set(changed.values()) <= step.targets


def test_every_change_that_the_table_allows_can_happen() -> None:
    for step in {step for _, step, _, _ in CASES}:
        walked = [changes for _, case_step, _, changes in CASES if case_step is step]
        assert {before for changes in walked for before in changes} == step.sources
        assert {after for changes in walked for after in changes.values()} == step.targets


def test_what_is_walked_nowhere_here_is_what_a_page_or_route_does() -> None:
    assert set(TRANSITIONS) - {step for _, step, _, _ in CASES} == {DISABLE, ENABLE, RERUN}
