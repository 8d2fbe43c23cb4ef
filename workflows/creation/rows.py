"""Write the rows of a planned spec, in chunks."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, models
from django.utils import timezone

from jobs.models import (
    DEFAULT_REQUIREMENT,
    FailureHandler,
    Family,
    FamilyEdge,
    Job,
    JobFile,
    JobUserData,
    JobWait,
    PredecessorMember,
    PredecessorSet,
    ResourceRequirements,
)
from jobs.statuses import JobStatus
from specification.plan import JobPlan, WorkflowPlan
from userdata.models import File, UserData
from workflows.creation.bulk_insert import insert, reserve_ids

JOB_COLUMNS = (
    *("id", "workflow_id", "family_id", "name", "command", "status", "requirements_id"),
    *("failure_handler_id", "priority", "cancel_on_blocking_job_failure"),
    *("supports_termination", "env", "parameters", "n_attempts", "n_retries", "n_lost"),
    *("n_waiting", "reason", "options"),
)
_USER_DATA_COLUMNS = (
    "id",
    "workflow_id",
    "name",
    "data",
    "is_ephemeral",
    "version",
    "changed_at",
    "changed_by",
)


@dataclass(frozen=True, slots=True)
class _Ids:
    """The ids of everything in a plan, by its position there."""

    workflow: int
    jobs: Sequence[int]
    files: Sequence[int]
    user_data: Sequence[int]
    requirements: Sequence[int]
    default_requirement: int
    failure_handlers: Sequence[int]
    families: Sequence[int]
    sets: Sequence[int]


def write_rows(workflow_id: int, plan: WorkflowPlan) -> None:
    """Write everything that a plan holds except the workflow's own row."""
    requirements = _store_requirements(workflow_id, plan)
    ids = _Ids(
        workflow=workflow_id,
        jobs=reserve_ids(Job, len(plan.jobs)),
        files=reserve_ids(File, len(plan.files)),
        user_data=reserve_ids(UserData, len(plan.user_data)),
        requirements=[row.pk for row in requirements],
        default_requirement=next(row.pk for row in requirements if row.name == DEFAULT_REQUIREMENT),
        failure_handlers=_store_failure_handlers(workflow_id, plan),
        families=reserve_ids(Family, len(plan.families)),
        sets=reserve_ids(PredecessorSet, len(plan.predecessor_sets)),
    )
    _store_data(plan, ids)
    _store_families(plan, ids)
    _store_sets(plan, ids)
    insert(Job, JOB_COLUMNS, _job_rows(plan.jobs, ids))
    _store_links(plan, ids)
    _store_waits(plan, ids)


def _store_requirements(workflow_id: int, plan: WorkflowPlan) -> list[ResourceRequirements]:
    rows = [
        ResourceRequirements(
            workflow_id=workflow_id,
            name=requirement.name,
            num_cpus=requirement.num_cpus,
            num_gpus=requirement.num_gpus,
            num_nodes=requirement.num_nodes,
            memory=requirement.memory,
            memory_bytes=requirement.memory_bytes,
            runtime=requirement.runtime,
            runtime_seconds=requirement.runtime_seconds,
            tags=list(requirement.tags),
            enforces_memory=requirement.is_memory_written,
            enforces_runtime=requirement.is_runtime_written,
        )
        for requirement in plan.requirements
    ]
    if all(row.name != DEFAULT_REQUIREMENT for row in rows):
        rows.append(ResourceRequirements(workflow_id=workflow_id, name=DEFAULT_REQUIREMENT))
    return ResourceRequirements.objects.bulk_create(rows, batch_size=500)


def _store_failure_handlers(workflow_id: int, plan: WorkflowPlan) -> list[int]:
    rows = FailureHandler.objects.bulk_create(
        FailureHandler(workflow_id=workflow_id, name=handler.name, rules=_json(handler.rules))
        for handler in plan.failure_handlers
    )
    return [row.pk for row in rows]


def _store_data(plan: WorkflowPlan, ids: _Ids) -> None:
    insert(
        File,
        ("id", "workflow_id", "name", "path"),
        ((ids.files[n], ids.workflow, file.name, file.path) for n, file in enumerate(plan.files)),
    )
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    insert(
        UserData,
        _USER_DATA_COLUMNS,
        (
            (
                ids.user_data[n],
                ids.workflow,
                value.name,
                value.data_text,
                value.is_ephemeral,
                1,
                now,
                "",
            )
            for n, value in enumerate(plan.user_data)
        ),
    )


def _store_families(plan: WorkflowPlan, ids: _Ids) -> None:
    insert(
        Family,
        ("id", "workflow_id", "position", "label", "n_jobs", "parameters"),
        (
            (pk, ids.workflow, n, family.label, family.n_jobs, _json([*family.parameters.items()]))
            for n, (pk, family) in enumerate(zip(ids.families, plan.families, strict=True))
        ),
    )
    insert(
        FamilyEdge,
        ("source_id", "target_id", "kind", "n_edges"),
        (
            (ids.families[edge.source], ids.families[edge.target], edge.kind, edge.n_edges)
            for edge in plan.family_edges
        ),
    )


def _store_sets(plan: WorkflowPlan, ids: _Ids) -> None:
    insert(
        PredecessorSet,
        ("id", "workflow_id", "is_explicit", "n_remaining"),
        (
            (set_id, ids.workflow, is_explicit, len(members))
            for set_id, is_explicit, members in zip(
                ids.sets, plan.explicit_sets, plan.predecessor_sets, strict=True
            )
        ),
    )


def _job_rows(jobs: Sequence[JobPlan], ids: _Ids) -> Iterator[tuple[Any, ...]]:
    status = JobStatus.UNINITIALIZED.value
    for job_id, job in zip(ids.jobs, jobs, strict=True):
        requirements = ids.default_requirement
        if job.requirement is not None:
            requirements = ids.requirements[job.requirement]
        handler = None
        if job.failure_handler is not None:
            handler = ids.failure_handlers[job.failure_handler]
        yield (
            *(job_id, ids.workflow, ids.families[job.family], job.name, job.command, status),
            *(requirements, handler, job.priority, job.cancel_on_blocking_job_failure),
            *(job.supports_termination, _json(job.env), _json(job.parameters), 0, 0, 0),
            *(len(job.waits_on), "", "{}"),
        )


def _store_links(plan: WorkflowPlan, ids: _Ids) -> None:
    kinds: tuple[tuple[type[models.Model], str, Sequence[int], str, str], ...] = (
        (JobFile, "file_id", ids.files, "input_files", "output_files"),
        (JobUserData, "user_data_id", ids.user_data, "input_user_data", "output_user_data"),
    )
    for model, column, targets, inputs, outputs in kinds:
        insert(
            model,
            ("job_id", column, "is_output"),
            (
                (job_id, targets[index], is_output)
                for job_id, job in zip(ids.jobs, plan.jobs, strict=True)
                for name, is_output in ((inputs, False), (outputs, True))
                for index in getattr(job, name)
            ),
        )


def _store_waits(plan: WorkflowPlan, ids: _Ids) -> None:
    insert(
        PredecessorMember,
        ("set_id", "job_id"),
        (
            (set_id, ids.jobs[index])
            for set_id, members in zip(ids.sets, plan.predecessor_sets, strict=True)
            for index in members
        ),
    )
    insert(
        JobWait,
        ("job_id", "set_id"),
        (
            (job_id, ids.sets[index])
            for job_id, job in zip(ids.jobs, plan.jobs, strict=True)
            for index in job.waits_on
        ),
    )


def _json(value: Mapping[str, Any] | Sequence[Any]) -> str:
    return json.dumps(value, ensure_ascii=False) if value else _EMPTY[isinstance(value, Mapping)]


_EMPTY = {True: "{}", False: "[]"}
