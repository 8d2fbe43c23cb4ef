"""The rows of a planned spec, written in chunks."""

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
    """Where each planned thing is stored: position in the plan -> id."""

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
    """Write all that a plan holds but the workflow itself."""
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
            name=one.name,
            num_cpus=one.num_cpus,
            num_gpus=one.num_gpus,
            num_nodes=one.num_nodes,
            memory=one.memory,
            memory_bytes=one.memory_bytes,
            runtime=one.runtime,
            runtime_seconds=one.runtime_seconds,
            tags=list(one.tags),
            enforces_memory=one.is_memory_written,
            enforces_runtime=one.is_runtime_written,
        )
        for one in plan.requirements
    ]
    if all(row.name != DEFAULT_REQUIREMENT for row in rows):
        rows.append(ResourceRequirements(workflow_id=workflow_id, name=DEFAULT_REQUIREMENT))
    return ResourceRequirements.objects.bulk_create(rows, batch_size=500)


def _store_failure_handlers(workflow_id: int, plan: WorkflowPlan) -> list[int]:
    rows = FailureHandler.objects.bulk_create(
        FailureHandler(workflow_id=workflow_id, name=one.name, rules=_json(one.rules))
        for one in plan.failure_handlers
    )
    return [row.pk for row in rows]


def _store_data(plan: WorkflowPlan, ids: _Ids) -> None:
    insert(
        File,
        ("id", "workflow_id", "name", "path"),
        ((ids.files[n], ids.workflow, one.name, one.path) for n, one in enumerate(plan.files)),
    )
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    insert(
        UserData,
        _USER_DATA_COLUMNS,
        (
            (ids.user_data[n], ids.workflow, one.name, one.data_text, one.is_ephemeral, 1, now, "")
            for n, one in enumerate(plan.user_data)
        ),
    )


def _store_families(plan: WorkflowPlan, ids: _Ids) -> None:
    insert(
        Family,
        ("id", "workflow_id", "position", "label", "n_jobs", "parameters"),
        (
            (pk, ids.workflow, n, one.label, one.n_jobs, _json([*one.parameters.items()]))
            for n, (pk, one) in enumerate(zip(ids.families, plan.families, strict=True))
        ),
    )
    insert(
        FamilyEdge,
        ("source_id", "target_id", "kind", "n_edges"),
        (
            (ids.families[one.source], ids.families[one.target], one.kind, one.n_edges)
            for one in plan.family_edges
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
    for job_id, one in zip(ids.jobs, jobs, strict=True):
        requirements = ids.default_requirement
        if one.requirement is not None:
            requirements = ids.requirements[one.requirement]
        handler = None
        if one.failure_handler is not None:
            handler = ids.failure_handlers[one.failure_handler]
        yield (
            *(job_id, ids.workflow, ids.families[one.family], one.name, one.command, status),
            *(requirements, handler, one.priority, one.cancel_on_blocking_job_failure),
            *(one.supports_termination, _json(one.env), _json(one.parameters), 0, 0, 0),
            *(len(one.waits_on), "", "{}"),
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
                for job_id, one in zip(ids.jobs, plan.jobs, strict=True)
                for name, is_output in ((inputs, False), (outputs, True))
                for index in getattr(one, name)
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
            for job_id, one in zip(ids.jobs, plan.jobs, strict=True)
            for index in one.waits_on
        ),
    )


def _json(value: Mapping[str, Any] | Sequence[Any]) -> str:
    return json.dumps(value, ensure_ascii=False) if value else _EMPTY[isinstance(value, Mapping)]


_EMPTY = {True: "{}", False: "[]"}
