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
    why_no_folder,
    why_unplaceable,
    why_waits,
)
from jobs.scheduling.fill import runs_oversized
from jobs.scheduling.fit import Node, nodes_with
from jobs.scheduling.need import need_of
from jobs.sql import IS_ACTIVE
from jobs.statuses import JobStatus

NO_WORKER = "no worker is online - start one with `torc worker`"
NOT_INITIALIZED = "not initialized"
NOT_STARTED = "initialized, not started"
HELD = "held, because no node can take it"
LOST_NODE = "a lost node"

_SCHEDULED = (JobStatus.READY, JobStatus.PENDING, JobStatus.RUNNING)


@dataclass(frozen=True, slots=True)
class _Context:
    """What the sentences of ready, pending and running jobs depend on, beside the job."""

    nodes: Sequence[Node]
    run_oversized: bool
    requirements: dict[int, ResourceRequirements]
    active_workflows: frozenset[int]
    hosts: Mapping[int, str]
    """Job id -> the node of its open attempt."""
    folders: Mapping[int, str | None]
    """Workflow id -> where its jobs run; read only if some node lacks a folder."""


def explain(
    jobs: Sequence[Job],
    now: datetime | None = None,
    nodes: Sequence[Node] | None = None,
    hosts: Mapping[int, str] | None = None,
) -> dict[int, str]:
    """Return by job id why each of these jobs does not run; a job that needs no reason has none.

    Args:
        jobs: any jobs, of any workflows; the number of queries does not grow with them, and what
            was read along with them (workflow, requirements, canceled_by) is not read again.
        now: the clock.
        nodes: the workers that are online, if the caller has read them already.
        hosts: job id -> the node of its open attempt, if the caller knows it for all of them.
    """
    sentences = why_blocked([job.pk for job in jobs if job.status == JobStatus.BLOCKED])
    cancelers = _cancelers(jobs)
    scheduled = [job for job in jobs if job.status in _SCHEDULED]
    context = _context_of(scheduled, now or timezone.now(), nodes, hosts) if scheduled else None
    for job in jobs:
        if job.status in _SCHEDULED and context is not None:
            sentences[job.pk] = _of_scheduled(job, context)
        elif job.status != JobStatus.BLOCKED:
            sentences[job.pk] = _of_resting(job, cancelers)
    return {job_id: sentence for job_id, sentence in sentences.items() if sentence}


def _of_resting(job: Job, cancelers: dict[int, tuple[str, JobStatus]]) -> str:
    match JobStatus(job.status):
        case JobStatus.UNINITIALIZED:
            return NOT_INITIALIZED
        case JobStatus.DISABLED:
            return job.reason or "disabled"
        case JobStatus.PENDING_FAILED:
            return job.reason or "failed, and no failure handler matches: waits for a verdict"
        case JobStatus.CANCELED if job.canceled_by_id in cancelers:
            name, status = cancelers[job.canceled_by_id]
            return f"canceled because {name} {_ended_as(status)}"
        case _:
            return job.reason


def _ended_as(status: JobStatus) -> str:
    return status.word if status is JobStatus.FAILED else f"was {status.word}"


def _of_scheduled(job: Job, context: _Context) -> str:
    need = need_of(context.requirements[job.requirements_id])
    alone = why_alone(need, context.nodes, run_oversized=context.run_oversized)
    if job.status == JobStatus.RUNNING:
        return alone
    if job.status == JobStatus.PENDING:
        return alone or f"placed on {context.hosts.get(job.pk, 'a node')}, about to start"
    if job.workflow_id not in context.active_workflows:
        return NOT_STARTED
    if not context.nodes:
        return NO_WORKER
    if job.pk in context.hosts:
        return f"waits for its previous attempt to end on {context.hosts[job.pk]}"
    folder = context.folders.get(job.workflow_id)
    if no_folder := why_no_folder(folder, context.nodes):
        return no_folder
    able = nodes_with(folder, context.nodes)
    unplaceable = why_unplaceable(need, able, run_oversized=context.run_oversized)
    if unplaceable:
        return f"{unplaceable}: {HELD}"
    waits = why_waits(need, able, run_oversized=context.run_oversized)
    return "; ".join(part for part in (alone, waits) if part) or "about to be placed"


def _context_of(
    jobs: Sequence[Job],
    now: datetime,
    online: Sequence[Node] | None,
    hosts: Mapping[int, str] | None,
) -> _Context:
    nodes = online_nodes(now) if online is None else online
    waiting = [job.pk for job in jobs if job.status != JobStatus.RUNNING]
    return _Context(
        nodes=nodes,
        run_oversized=runs_oversized(len(nodes)),
        requirements=_requirements(jobs),
        active_workflows=_active_workflows(jobs),
        hosts=_hosts(waiting) if hosts is None else hosts,
        folders=_folders(jobs) if any(node.missing_folders for node in nodes) else {},
    )


def _has(job: Job, relation: str) -> bool:
    return relation in job._state.fields_cache


def _requirements(jobs: Sequence[Job]) -> dict[int, ResourceRequirements]:
    rows = {job.requirements_id: job.requirements for job in jobs if _has(job, "requirements")}
    missing = {job.requirements_id for job in jobs} - rows.keys()
    return rows | (ResourceRequirements.objects.in_bulk(missing) if missing else {})


def _active_workflows(jobs: Sequence[Job]) -> frozenset[int]:
    known = {job.workflow_id: job.workflow.is_active for job in jobs if _has(job, "workflow")}
    active = {workflow_id for workflow_id, is_active in known.items() if is_active}
    missing = {job.workflow_id for job in jobs} - known.keys()
    if not missing:
        return frozenset(active)
    sql = f"SELECT w.id FROM workflows_workflow w WHERE w.id IN ({ids_source()}) AND {IS_ACTIVE}"
    return frozenset(active.union(row[0] for row in fetch(sql, [dumps(missing)])))


def _folders(jobs: Sequence[Job]) -> dict[int, str | None]:
    ids = dumps({job.workflow_id for job in jobs})
    sql = f"SELECT id, submission_directory FROM workflows_workflow WHERE id IN ({ids_source()})"
    return dict(fetch(sql, [ids]))


def _hosts(job_ids: Sequence[int]) -> dict[int, str]:
    """Return by job id the node of its open attempt."""
    if not job_ids:
        return {}
    attempts = Result.objects.open().filter(job__in=job_ids)
    rows = attempts.values_list("job", "compute_node__hostname")
    return {job_id: hostname or LOST_NODE for job_id, hostname in rows}


def _cancelers(jobs: Sequence[Job]) -> dict[int, tuple[str, JobStatus]]:
    """Return by id the name and status of the jobs whose end canceled some of `jobs`."""
    known = [job.canceled_by for job in jobs if job.canceled_by_id and _has(job, "canceled_by")]
    cancelers = {job.pk: (job.name, JobStatus(job.status)) for job in known if job is not None}
    missing = {job.canceled_by_id for job in jobs if job.canceled_by_id} - cancelers.keys()
    if missing:
        rows = Job.objects.filter(pk__in=missing).values_list("pk", "name", "status")
        cancelers |= {pk: (name, JobStatus(status)) for pk, name, status in rows}
    return cancelers
