"""Other resource requirements for some jobs only: new rows beside those that the rest keeps."""

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

_ASKED = re.compile(r" \([^()]*\)$")
_MAX_NAME = 255
_COPIED = ("num_nodes", "tags")
_SIZES = (
    ("memory", "memory_bytes", "enforces_memory", parse_memory),
    ("runtime", "runtime_seconds", "enforces_runtime", parse_runtime),
)


@dataclass(frozen=True, slots=True)
class ResourceChange:
    """What some jobs shall ask from now on; None stays as it is."""

    memory: str | None = None
    """Digits and one of k, m, g, t."""
    runtime: str | None = None
    """An ISO 8601 duration."""
    num_cpus: int | None = None
    num_gpus: int | None = None

    def __bool__(self) -> bool:
        return bool(self.given())

    def given(self) -> dict[str, Any]:
        """What is to change."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: value for name, value in values.items() if value is not None}

    def columns(self) -> dict[str, Any]:
        """What is to be stored; a size that somebody wrote is a limit.

        Raises:
            Refused: a value is out of range, or no size or duration.
        """
        found: dict[str, Any] = {}
        for name, (low, high) in (("num_cpus", CPUS), ("num_gpus", GPUS)):
            number = getattr(self, name)
            if number is not None and not low <= number <= high:
                detail = f"'{name}' is {number}; it may be {low} to {high:,}."
                raise Refused("out_of_range", detail, kind="invalid")
            found |= {} if number is None else {name: number}
        for name, column, limit, parse in _SIZES:
            text = getattr(self, name)
            if text is not None:
                found |= {name: text, column: _parsed(parse, text), limit: True}
        return found


@dataclass(frozen=True, slots=True)
class RequirementChange:
    """Requirements that some jobs of a selection ask now, and what they will ask instead."""

    requirements_id: int
    name: str
    n_jobs: int
    before: dict[str, Any]
    """Of what changes: field -> value."""
    after: dict[str, Any]


def requirement_changes(
    rows: Mapping[int, ResourceRequirements], n_jobs: Mapping[int, int], change: ResourceChange
) -> list[RequirementChange]:
    """What a change means for jobs, by the requirements that they ask now.

    Args:
        rows: the requirements by id.
        n_jobs: how many of the jobs ask each.
        change: what they shall ask.

    Raises:
        Refused: the change is not possible.
    """
    columns = change.columns()
    return [
        RequirementChange(
            row.pk,
            row.name,
            n_jobs[row.pk],
            {name: getattr(row, name) for name in change.given()},
            change.given(),
        )
        for row in sorted(rows.values(), key=lambda row: row.pk)
        if row.pk in n_jobs and _differs(row, columns)
    ]


def change_requirements(
    rows: Mapping[int, ResourceRequirements],
    job_ids: Mapping[int, Sequence[int]],
    change: ResourceChange,
) -> None:
    """Let jobs ask other resources; jobs that asked the same before share one new row.

    Args:
        rows: the requirements by id.
        job_ids: the jobs by the requirements they ask now.
        change: what they shall ask.
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
    """The requirements with the change: those that an earlier rerun has made, or new ones."""
    kept = ("num_cpus", "num_gpus", "memory", "memory_bytes", "runtime", "runtime_seconds")
    limits = ("enforces_memory", "enforces_runtime")
    values = {name: getattr(row, name) for name in (*kept, *limits, *_COPIED)} | dict(columns)
    name = changed_name(row.name, change)
    same = ResourceRequirements.objects.filter(workflow=row.workflow_id, name=name)
    for found in same.order_by("pk"):
        if all(getattr(found, column) == value for column, value in values.items()):
            return found
    return ResourceRequirements.objects.create(workflow_id=row.workflow_id, name=name, **values)


def changed_name(name: str, change: ResourceChange) -> str:
    """What requirements are called after a change; an earlier change is not named any more."""
    asked = ", ".join(f"{key} {value}" for key, value in change.given().items())
    ending = f" ({asked})"
    return _ASKED.sub("", name)[: _MAX_NAME - len(ending)] + ending


def _parsed(parse: Any, text: str) -> int:
    try:
        return int(parse(text))
    except SpecError as error:
        problem = error.problems[0]
        raise Refused(problem.code, problem.detail, hint=problem.hint, kind="invalid") from None
