"""Why a job is not running: one sentence for each, shown by every surface."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from database.sql import dumps, fetch, ids_source
from jobs.explain.why_blocked import why_blocked
from jobs.models import Job, ResourceRequirements, Result
from jobs.nodes.online import (
    online_nodes,
    why_alone,
    why_unplaceable,
    why_waits,
)
from jobs.scheduling.fill import runs_oversized
from jobs.scheduling.fit import Node
from jobs.scheduling.need import need_of
from jobs.sql import IS_ACTIVE
from jobs.statuses import JobStatus

NO_WORKER = "no worker is online - start one with `torc worker`"
NOT_STARTED = "initialised, not started"
HELD = "held, because no node can take it"
LOST_NODE = "a lost node"

_PLACED = (JobStatus.READY, JobStatus.PENDING, JobStatus.RUNNING)


@dataclass(frozen=True, slots=True)
class _Scene:
    """What the sentences of ready and placed jobs depend on."""

    nodes: Sequence[Node]
    run_oversized: bool
    requirements: dict[int, ResourceRequirements]
    active_workflows: frozenset[int]
    hosts: Mapping[int, str]
    """Job id -> where its open attempt is."""


def explain(
    jobs: Sequence[Job],
    now: datetime | None = None,
    nodes: Sequence[Node] | None = None,
    hosts: Mapping[int, str] | None = None,
) -> dict[int, str]:
    """Why each of these jobs does not run; a job that needs no explanation has none.

    Args:
        jobs: any jobs, of any workflows; the number of queries does not grow with them, and what
            was read along with them (workflow, requirements, canceled_by) is not read again.
        now: the clock.
        nodes: the workers that are online, if the caller has asked already.
        hosts: job id -> where its open attempt is, if the caller knows it of all of them.
    """
    sentences = why_blocked([job.pk for job in jobs if job.status == JobStatus.BLOCKED])
    causes = _causes(jobs)
    placed = [job for job in jobs if job.status in _PLACED]
    scene = _scene(placed, now or timezone.now(), nodes, hosts) if placed else None
    for job in jobs:
        if job.status in _PLACED and scene is not None:
            sentences[job.pk] = _of_placed(job, scene)
        elif job.status != JobStatus.BLOCKED:
            sentences[job.pk] = _of_resting(job, causes)
    return {job_id: sentence for job_id, sentence in sentences.items() if sentence}


def _of_resting(job: Job, causes: dict[int, tuple[str, JobStatus]]) -> str:
    match JobStatus(job.status):
        case JobStatus.UNINITIALIZED:
            return "not initialised"
        case JobStatus.DISABLED:
            return job.reason or "disabled"
        case JobStatus.PENDING_FAILED:
            return job.reason or "failed, and no failure handler matches: waits for a verdict"
        case JobStatus.CANCELED if job.canceled_by_id in causes:
            name, status = causes[job.canceled_by_id]
            return f"canceled because {name} {_ended_as(status)}"
        case _:
            return job.reason


def _ended_as(status: JobStatus) -> str:
    return status.word if status is JobStatus.FAILED else f"was {status.word}"


def _of_placed(job: Job, scene: _Scene) -> str:
    need = need_of(scene.requirements[job.requirements_id])
    alone = why_alone(need, scene.nodes, run_oversized=scene.run_oversized)
    if job.status == JobStatus.RUNNING:
        return alone
    if job.status == JobStatus.PENDING:
        return alone or f"placed on {scene.hosts.get(job.pk, 'a node')}, about to start"
    if job.workflow_id not in scene.active_workflows:
        return NOT_STARTED
    if not scene.nodes:
        return NO_WORKER
    if job.pk in scene.hosts:
        return f"waits for its previous attempt to end on {scene.hosts[job.pk]}"
    unplaceable = why_unplaceable(need, scene.nodes, run_oversized=scene.run_oversized)
    if unplaceable:
        return f"{unplaceable}: {HELD}"
    waits = why_waits(need, scene.nodes, run_oversized=scene.run_oversized)
    return "; ".join(part for part in (alone, waits) if part) or "about to be placed"


def _scene(
    jobs: Sequence[Job],
    now: datetime,
    known: Sequence[Node] | None,
    hosts: Mapping[int, str] | None,
) -> _Scene:
    nodes = online_nodes(now) if known is None else known
    waiting = [job.pk for job in jobs if job.status != JobStatus.RUNNING]
    return _Scene(
        nodes=nodes,
        run_oversized=runs_oversized(len(nodes)),
        requirements=_requirements(jobs),
        active_workflows=_active_workflows(jobs),
        hosts=_hosts(waiting) if hosts is None else hosts,
    )


def _has(job: Job, relation: str) -> bool:
    return relation in job._state.fields_cache


def _requirements(jobs: Sequence[Job]) -> dict[int, ResourceRequirements]:
    found = {job.requirements_id: job.requirements for job in jobs if _has(job, "requirements")}
    missing = {job.requirements_id for job in jobs} - found.keys()
    return found | (ResourceRequirements.objects.in_bulk(missing) if missing else {})


def _active_workflows(jobs: Sequence[Job]) -> frozenset[int]:
    known = {job.workflow_id: job.workflow.is_active for job in jobs if _has(job, "workflow")}
    active = {workflow_id for workflow_id, is_active in known.items() if is_active}
    missing = {job.workflow_id for job in jobs} - known.keys()
    if not missing:
        return frozenset(active)
    sql = f"SELECT w.id FROM workflows_workflow w WHERE w.id IN ({ids_source()}) AND {IS_ACTIVE}"
    return frozenset(active.union(row[0] for row in fetch(sql, [dumps(missing)])))


def _hosts(job_ids: Sequence[int]) -> dict[int, str]:
    """Where the open attempts of these jobs are."""
    if not job_ids:
        return {}
    attempts = Result.objects.open().filter(job__in=job_ids)
    found = attempts.values_list("job", "compute_node__hostname")
    return {job_id: hostname or LOST_NODE for job_id, hostname in found}


def _causes(jobs: Sequence[Job]) -> dict[int, tuple[str, JobStatus]]:
    """Name and status of the jobs whose end canceled some of `jobs`."""
    known = [job.canceled_by for job in jobs if job.canceled_by_id and _has(job, "canceled_by")]
    causes = {one.pk: (one.name, JobStatus(one.status)) for one in known if one is not None}
    missing = {job.canceled_by_id for job in jobs if job.canceled_by_id} - causes.keys()
    if missing:
        found = Job.objects.filter(pk__in=missing).values_list("pk", "name", "status")
        causes |= {pk: (name, JobStatus(status)) for pk, name, status in found}
    return causes
