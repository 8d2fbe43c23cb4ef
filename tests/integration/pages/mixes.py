"""Workflows in which every sentence of every page has to be found, of any size."""

from dataclasses import dataclass
from tempfile import gettempdir
from typing import Any

from django.utils import timezone

from accounts.models import User
from jobs.models import (
    Event,
    Family,
    FamilyEdge,
    Job,
    JobFile,
    JobUserData,
    JobWait,
    PredecessorMember,
    PredecessorSet,
    ResourceRequirements,
    Result,
)
from jobs.sql import renew_statistics
from jobs.statuses import COMPLETE, JobStatus
from tests.factories import make_node, make_requirement, make_started_workflow
from userdata.models import File, UserData
from workflows.models import Workflow

RATES = [0.001, 0.01, 0.1, 1.0]
FIT = (
    JobStatus.COMPLETED,
    JobStatus.COMPLETED,
    JobStatus.FAILED,
    JobStatus.TERMINATED,
    JobStatus.CANCELED,
    JobStatus.COMPLETED,
)
EVALUATE = (
    JobStatus.READY,
    JobStatus.BLOCKED,
    JobStatus.READY,
    JobStatus.DISABLED,
    JobStatus.PENDING_FAILED,
    JobStatus.UNINITIALIZED,
    JobStatus.BLOCKED,
)
MOVING = (*EVALUATE, JobStatus.PENDING, JobStatus.RUNNING)


@dataclass(frozen=True, slots=True)
class Mix:
    """A workflow, and what there is in it to look at."""

    workflow: Workflow
    fit: list[Job]
    evaluate: list[Job]
    shared: UserData
    """What every job of the first family has read, changed since."""

    @property
    def family(self) -> int:
        """The second family, whose jobs stand in all the ways of those that have not ended."""
        return family_of(self.evaluate)


def family_of(jobs: list[Job]) -> int:
    """The family that all of these jobs belong to."""
    assert jobs[0].family_id is not None
    return jobs[0].family_id


def make_mix(owner: User, n_jobs: int, *, is_moving: bool = False) -> Mix:
    """A started workflow of two families, the second of which waits for the first.

    Its jobs have failed for several causes, are stale, cannot be placed, and wait in all ways;
    they read and write files and user data.

    Args:
        owner: whose.
        n_jobs: how many.
        is_moving: some jobs run; otherwise nothing moves, and why has to be found.
    """
    workflow = make_started_workflow(
        "mix", owner=owner, revision=100, submission_directory=gettempdir()
    )
    sizes = make_requirement(workflow, "any"), make_requirement(workflow, "odd", tags=["nowhere"])
    half = n_jobs // 2
    fit = _jobs(workflow, "fit", half, FIT, [sizes[0]])
    evaluate = _jobs(workflow, "evaluate", half, MOVING if is_moving else EVALUATE, sizes[1:])
    _canceled_by(fit)
    _results(fit, evaluate)
    _waits(workflow, fit, evaluate)
    shared = _data(workflow, fit, evaluate)
    _files(workflow, fit, evaluate)
    ends = {"source_id": family_of(fit), "target_id": family_of(evaluate)}
    FamilyEdge.objects.create(kind="job", n_edges=half, **ends)
    rows = ({"type": "job_failed", "job_name": job.name} for job in fit[:1000])
    Event.objects.bulk_create(Event(workflow=workflow, timestamp=1, data=row) for row in rows)
    renew_statistics()
    return Mix(workflow, fit, evaluate, shared)


def _jobs(
    workflow: Workflow,
    name: str,
    n_jobs: int,
    statuses: tuple[JobStatus, ...],
    sizes: list[ResourceRequirements] | tuple[ResourceRequirements, ...],
) -> list[Job]:
    parameters = {"rate": RATES, "seed": list(range(-(-n_jobs // len(RATES))))}
    family = Family.objects.create(
        workflow=workflow,
        position=Family.objects.filter(workflow=workflow).count(),
        label=f"{name}_{{rate}}_{{seed}}",
        n_jobs=n_jobs,
        parameters=parameters,
    )
    rows = (
        Job(
            workflow=workflow,
            family=family,
            name=f"{name}_{RATES[n % 4]}_{n // 4:05}",
            command=f"{name} --seed {n // 4} ${{user_data.input.shared}} ${{files.input.f_{n}}}",
            command_revision=90 if n % 7 == 0 else 0,
            requirements=sizes[n % len(sizes)],
            status=statuses[n % len(statuses)].value,
            n_attempts=1,
            parameters={"rate": RATES[n % 4], "seed": n // 4},
        )
        for n in range(n_jobs)
    )
    return Job.objects.bulk_create(rows, 500)


def _canceled_by(fit: list[Job]) -> None:
    first = next(job for job in fit if job.status == JobStatus.FAILED)
    canceled = Job.objects.filter(family=first.family_id).with_status(JobStatus.CANCELED)
    canceled.update(canceled_by=first)


def _results(fit: list[Job], evaluate: list[Job]) -> None:
    node = make_node()
    Result.objects.bulk_create((_ended(job, node.pk, n) for n, job in enumerate(fit)), 500)
    active = (JobStatus.PENDING, JobStatus.RUNNING)
    placed = [job for job in evaluate if job.status in active]
    Result.objects.bulk_create((_open(job, node.pk) for job in placed), 500)


def _ended(job: Job, node_id: int, n: int) -> Result:
    is_bad = job.status in (JobStatus.FAILED, JobStatus.TERMINATED)
    return Result(
        **_attempt(job, node_id),
        status=job.status,
        ended_at=timezone.now(),
        started_at=timezone.now(),
        return_code=1 if is_bad else 0,
        exec_seconds=1.0,
        peak_memory_bytes=1 << 20,
        cause=f"cause number {n % 5}" if is_bad else "",
        error_line=f"cause number {n % 5}" if is_bad else "",
    )


def _open(job: Job, node_id: int) -> Result:
    started = timezone.now() if job.status == JobStatus.RUNNING else None
    return Result(**_attempt(job, node_id), status=job.status, started_at=started)


def _attempt(job: Job, node_id: int) -> dict[str, Any]:
    return {
        "workflow_id": job.workflow_id,
        "job_id": job.pk,
        "run_id": 1,
        "attempt_id": 1,
        "compute_node_id": node_id,
        "opened_at": timezone.now(),
        "opened_revision": 10,
        "command": "echo before",
    }


def _waits(workflow: Workflow, fit: list[Job], evaluate: list[Job]) -> None:
    """The second family waits for all of the first; its blocked jobs for two more sets, too."""
    stuck = [job for job in evaluate if JobStatus(job.status) not in COMPLETE]
    behind = [job for job in evaluate if job.status == JobStatus.BLOCKED]
    _wait(workflow, fit, evaluate, n_remaining=0)
    for members in (stuck[:-1], stuck[1:]):
        unblocked = [job for job in members if job.status != JobStatus.BLOCKED][:1000]
        _wait(workflow, unblocked, behind, n_remaining=len(unblocked))


def _wait(workflow: Workflow, members: list[Job], waiting: list[Job], *, n_remaining: int) -> None:
    source = PredecessorSet.objects.create(
        workflow=workflow, is_explicit=True, n_remaining=n_remaining
    )
    PredecessorMember.objects.bulk_create(
        (PredecessorMember(set=source, job=job) for job in members), 500
    )
    JobWait.objects.bulk_create((JobWait(set=source, job=job) for job in waiting), 500)


def _data(workflow: Workflow, fit: list[Job], evaluate: list[Job]) -> UserData:
    changed = {"changed_revision": 50, "changed_at": timezone.now(), "version": 2}
    shared = UserData.objects.create(workflow=workflow, name="shared", data="1", **changed)
    links = [JobUserData(job=job, user_data=shared, is_output=False) for job in fit]
    texts = ('{"loss": 1}', "null", "[1, 2]")
    values = UserData.objects.bulk_create(
        (
            UserData(workflow=workflow, name=f"out_{job.name}", data=texts[n % 3])
            for n, job in enumerate(fit)
        ),
        500,
    )
    for writer, reader, value in zip(fit, evaluate, values, strict=True):
        links += [
            JobUserData(job=writer, user_data=value, is_output=True),
            JobUserData(job=reader, user_data=value, is_output=False),
        ]
    JobUserData.objects.bulk_create(links, 500)
    return shared


def _files(workflow: Workflow, fit: list[Job], evaluate: list[Job]) -> None:
    files = File.objects.bulk_create(
        (
            File(workflow=workflow, name=f"file_{job.name}", path=f"{job.name}.torc-none")
            for job in fit
        ),
        500,
    )
    uses = [
        JobFile(job=job, file=file, is_output=is_output)
        for jobs, is_output in ((fit, True), (evaluate, False))
        for job, file in zip(jobs, files, strict=True)
    ]
    JobFile.objects.bulk_create(uses, 500)
