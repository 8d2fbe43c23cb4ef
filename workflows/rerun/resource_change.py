"""Other resource requirements for some jobs only: new rows, while other jobs keep the old ones."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from database.sql import dumps, execute, ids_source
from jobs.models import ResourceRequirements
from specification.limits import CPUS, GPUS
from specification.problems import SpecError
from specification.texts.sizes_and_durations import parse_memory, parse_runtime
from workflows.errors import Refused

_EARLIER_CHANGE = re.compile(r" \([^()]*\)$")
_MAX_NAME = 255
_COPIED = ("num_nodes", "tags")
_SIZES = (
    ("memory", "memory_bytes", "enforces_memory", parse_memory),
    ("runtime", "runtime_seconds", "enforces_runtime", parse_runtime),
)


@dataclass(frozen=True, slots=True)
class ResourceChange:
    """What some jobs will require from now on; what is None stays as it is."""

    memory: str | None = None
    """Digits and one of k, m, g, t."""
    runtime: str | None = None
    """An ISO 8601 duration."""
    num_cpus: int | None = None
    num_gpus: int | None = None

    def __bool__(self) -> bool:
        return bool(self.values())

    def values(self) -> dict[str, Any]:
        """Return what is to change, by field."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: value for name, value in values.items() if value is not None}

    def columns(self) -> dict[str, Any]:
        """Return the columns to store, with their values; a size that is given is a limit too.

        Raises:
            Refused: a value is out of range, or no size or duration.
        """
        columns: dict[str, Any] = {}
        for name, (low, high) in (("num_cpus", CPUS), ("num_gpus", GPUS)):
            number = getattr(self, name)
            if number is not None and not low <= number <= high:
                detail = f"'{name}' is {number}; it may be {low} to {high:,}."
                raise Refused("out_of_range", detail, kind="invalid")
            columns |= {} if number is None else {name: number}
        for name, column, limit, parse in _SIZES:
            text = getattr(self, name)
            if text is not None:
                columns |= {name: text, column: _parsed(parse, text), limit: True}
        return columns


@dataclass(frozen=True, slots=True)
class RequirementChange:
    """Requirements that some selected jobs have now, and what changes for these jobs."""

    requirements_id: int
    name: str
    n_jobs: int
    before: dict[str, Any]
    """The fields that change -> their values now."""
    after: dict[str, Any]
    """The same fields -> their values from then on."""


def requirement_changes(
    rows: Mapping[int, ResourceRequirements], n_jobs: Mapping[int, int], change: ResourceChange
) -> list[RequirementChange]:
    """Return what a change means for jobs, by the requirements that they have now.

    Args:
        rows: the requirements by id.
        n_jobs: requirements id -> how many of the jobs have them.
        change: what the jobs will require; without a change there is nothing to return.

    Raises:
        Refused: the change is not possible.
    """
    columns = change.columns()
    return [
        RequirementChange(
            row.pk,
            row.name,
            n_jobs[row.pk],
            {name: getattr(row, name) for name in change.values()},
            change.values(),
        )
        for row in sorted(rows.values(), key=lambda row: row.pk)
        if row.pk in n_jobs and _differs(row, columns)
    ]


def change_requirements(
    rows: Mapping[int, ResourceRequirements],
    job_ids: Mapping[int, Sequence[int]],
    change: ResourceChange,
) -> None:
    """Let jobs require other resources; jobs that had the same requirements share one new row.

    Args:
        rows: the requirements by id.
        job_ids: requirements id -> the jobs that have them.
        change: what the jobs will require.
    """
    columns = change.columns()
    for requirements_id, ids in job_ids.items():
        row = rows[requirements_id]
        if _differs(row, columns):
            sql = f"UPDATE jobs_job SET requirements_id = %s WHERE id IN ({ids_source()})"
            execute(sql, [_changed(row, columns, change).pk, dumps(ids)])


def _differs(row: ResourceRequirements, columns: Mapping[str, Any]) -> bool:
    return any(getattr(row, name) != value for name, value in columns.items())


def _changed(
    row: ResourceRequirements, columns: Mapping[str, Any], change: ResourceChange
) -> ResourceRequirements:
    """Return the changed requirements: a row that an earlier rerun has made, or a new one."""
    sizes = ("num_cpus", "num_gpus", "memory", "memory_bytes", "runtime", "runtime_seconds")
    limits = ("enforces_memory", "enforces_runtime")
    values = {name: getattr(row, name) for name in (*sizes, *limits, *_COPIED)} | dict(columns)
    name = changed_name(row.name, change)
    same = ResourceRequirements.objects.filter(workflow=row.workflow_id, name=name)
    for candidate in same.order_by("pk"):
        if all(getattr(candidate, column) == value for column, value in values.items()):
            return candidate
    return ResourceRequirements.objects.create(workflow_id=row.workflow_id, name=name, **values)


def changed_name(name: str, change: ResourceChange) -> str:
    """Return the name after a change: ``fit (memory 4g)``, from ``fit (memory 2g)`` too."""
    values = ", ".join(f"{key} {value}" for key, value in change.values().items())
    ending = f" ({values})"
    return _EARLIER_CHANGE.sub("", name)[: _MAX_NAME - len(ending)] + ending


def _parsed(parse: Any, text: str) -> int:
    try:
        return int(parse(text))
    except SpecError as error:
        problem = error.problems[0]
        raise Refused(problem.code, problem.detail, hint=problem.hint, kind="invalid") from None
