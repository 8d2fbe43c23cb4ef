"""Add jobs to a workflow that exists."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import models

from jobs.models import (
    FailureHandler,
    Job,
    JobFile,
    JobUserData,
    JobWait,
    ResourceRequirements,
)
from jobs.statuses import JobStatus
from userdata.models import File, UserData
from workflows.creation.bulk_insert import insert, reserve_ids
from workflows.creation.rows import JOB_COLUMNS
from workflows.editing.dependencies import add_sets, set_key
from workflows.editing.known_ids import refuse_unknown
from workflows.editing.mentioned_data import mentioned_links
from workflows.editing.names import refuse_repeated_names, refuse_taken_names
from workflows.lock import changing
from workflows.models import Workflow


@dataclass(frozen=True, slots=True)
class NewJob:
    """A job to add; ids are those of things in the same workflow."""

    name: str
    command: str
    requirements_id: int | None = None
    """None asks for the workflow's `default` requirement."""
    failure_handler_id: int | None = None
    priority: int = 0
    cancel_on_blocking_job_failure: bool = True
    supports_termination: bool = False
    env: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)
    depends_on_job_ids: Sequence[int] = ()
    input_file_ids: Sequence[int] = ()
    output_file_ids: Sequence[int] = ()
    input_user_data_ids: Sequence[int] = ()
    output_user_data_ids: Sequence[int] = ()


def add_jobs(workflow_id: int, new_jobs: Sequence[NewJob]) -> list[Job]:
    """Add jobs, all or none; they are uninitialized until the next initialize.

    Files and user data that a command names in a token become its inputs and outputs.

    Args:
        workflow_id: where to.
        new_jobs: the jobs; they may depend on jobs of earlier calls only.

    Returns:
        the jobs in this order.

    Raises:
        NamesRefused: a name is taken, or there twice.
        Refused: an id or a token's name is not one of this workflow, or that is archived.
    """
    with changing(workflow_id) as workflow:
        _check_names(workflow, new_jobs)
        _refuse_unknown_ids(workflow, new_jobs)
        ids = _store_jobs(workflow_id, new_jobs)
        Workflow.objects.filter(pk=workflow_id).graph_changed()
    if not new_jobs:
        return []
    added = Job.objects.filter(workflow=workflow_id, pk__gte=ids[0], pk__lte=ids[-1])
    return list(added.order_by("pk"))


def _store_jobs(workflow_id: int, new_jobs: Sequence[NewJob]) -> Sequence[int]:
    """Write jobs with all that leads to them; return their ids."""
    default = ResourceRequirements.objects.default_of(workflow_id).pk if new_jobs else 0
    ids = reserve_ids(Job, len(new_jobs))
    sets = add_sets(workflow_id, [job.depends_on_job_ids for job in new_jobs])
    insert(Job, JOB_COLUMNS, _job_rows(workflow_id, ids, new_jobs, default))
    _add_links(workflow_id, ids, new_jobs)
    waits = [
        (job_id, sets[key])
        for job_id, job in zip(ids, new_jobs, strict=True)
        if (key := set_key(job.depends_on_job_ids))
    ]
    insert(JobWait, ("job_id", "set_id"), waits)
    return ids


def _check_names(workflow: Workflow, new_jobs: Sequence[NewJob]) -> None:
    names = [job.name for job in new_jobs]
    refuse_repeated_names(names, code="duplicate_job_name", kind="conflict")
    refuse_taken_names(workflow.jobs.all(), names, code="duplicate_job_name")


def _refuse_unknown_ids(workflow: Workflow, new_jobs: Sequence[NewJob]) -> None:
    """Refuse ids that are not of this workflow, those of other workflows like missing ones."""
    lists: tuple[tuple[type[models.Model], str], ...] = (
        (Job, "depends_on_job_ids"),
        (File, "input_file_ids"),
        (File, "output_file_ids"),
        (UserData, "input_user_data_ids"),
        (UserData, "output_user_data_ids"),
    )
    for model, name in lists:
        ids = (pk for job in new_jobs for pk in getattr(job, name))
        refuse_unknown(model, workflow.pk, name, ids)
    singles = ((ResourceRequirements, "requirements_id"), (FailureHandler, "failure_handler_id"))
    for model, name in singles:
        ids = (getattr(job, name) for job in new_jobs)
        refuse_unknown(model, workflow.pk, name, (pk for pk in ids if pk is not None))


def _job_rows(
    workflow_id: int, ids: Sequence[int], new_jobs: Sequence[NewJob], default: int
) -> Iterable[Sequence[Any]]:
    status = JobStatus.UNINITIALIZED.value
    for job_id, job in zip(ids, new_jobs, strict=True):
        requirements = default if job.requirements_id is None else job.requirements_id
        n_waiting = int(bool(job.depends_on_job_ids))
        env, options = (
            json.dumps(dict(value), ensure_ascii=False) for value in (job.env, job.options)
        )
        yield (
            *(job_id, workflow_id, None, job.name, job.command, status, requirements),
            *(job.failure_handler_id, job.priority, job.cancel_on_blocking_job_failure),
            *(job.supports_termination, env, "{}", 0, 0, 0, n_waiting, "", options),
        )


def _add_links(workflow_id: int, ids: Sequence[int], new_jobs: Sequence[NewJob]) -> None:
    mentioned = mentioned_links(workflow_id, [job.command for job in new_jobs])
    kinds: tuple[tuple[type[models.Model], str, str], ...] = (
        (JobFile, "file_id", "file_ids"),
        (JobUserData, "user_data_id", "user_data_ids"),
    )
    for model, column, suffix in kinds:
        links = {
            (job_id, target, is_output)
            for job_id, job, tokens in zip(ids, new_jobs, mentioned, strict=True)
            for key, is_output in ((f"input_{suffix}", False), (f"output_{suffix}", True))
            for target in (*getattr(job, key), *tokens.get(key, ()))
        }
        insert(model, ("job_id", column, "is_output"), sorted(links))
