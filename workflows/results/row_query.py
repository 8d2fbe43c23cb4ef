"""Which jobs are rows of a results table, in what order, with the attempt that each row shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, F, FilteredRelation, OuterRef, Q, QuerySet
from django.db.models.expressions import Combinable

from jobs.models import Job, Result
from jobs.statuses import JobStatus
from workflows.models import Workflow
from workflows.results.columns import Column, Source
from workflows.results.json_expressions import NumberAt, ScalarAt, output_value


@dataclass(frozen=True, slots=True)
class RowQuery:
    """Which rows a table has, and in what order."""

    workflow: Workflow
    run_id: int
    family: int | None = None
    status: JobStatus | None = None
    text: str = ""
    sort: Column | None = None
    is_descending: bool = False

    @property
    def is_present_run(self) -> bool:
        """Return whether rows show the jobs as they are, not as an earlier run left them."""
        return self.run_id == self.workflow.run_id

    @property
    def is_filtered(self) -> bool:
        """Return whether some jobs may be left out."""
        chosen = self.family is not None or self.status is not None or bool(self.text)
        return chosen or not self.is_present_run

    @property
    def filters(self) -> tuple[Any, ...]:
        """Return what identifies the set of rows."""
        return self.workflow.pk, self.run_id, self.family, self.status, self.text

    @property
    def order(self) -> tuple[Any, ...]:
        """Return what identifies the order of the rows."""
        return self.sort, self.is_descending


def select_jobs(query: RowQuery) -> QuerySet[Job]:
    """Return the matching jobs, each joined with its attempt as `last`."""
    rows = Job.objects.filter(workflow=query.workflow)
    if query.family is not None:
        rows = rows.filter(family=query.family)
    if query.text:
        rows = rows.filter(name__icontains=query.text)
    return join_attempt(rows, query, query.status)


def join_attempt(
    rows: QuerySet[Job], query: RowQuery, status: JobStatus | None = None
) -> QuerySet[Job]:
    """Join the attempt that a row shows as `last`; the database skips it if no field is used."""
    of_run = Q(results__run_id=query.run_id)
    has_status = Q() if status is None else Q(**{status_field(query): status.value})
    if query.is_present_run:
        is_last = of_run & Q(results__attempt_id=F("n_attempts"))
        return rows.annotate(last=FilteredRelation("results", condition=is_last)).filter(has_status)
    later = Result.objects.filter(
        job=OuterRef("pk"), run_id=query.run_id, attempt_id__gt=OuterRef("last__attempt_id")
    )
    joined = rows.annotate(last=FilteredRelation("results", condition=of_run))
    return joined.filter(has_status, ~Exists(later), last__isnull=False)  # one call: one join


def status_field(query: RowQuery) -> str:
    """Return the name of the field with the status that rows show."""
    return "status" if query.is_present_run else "last__status"


def ordering_of(query: RowQuery) -> list[Combinable | str]:
    """Return the order of the rows for `order_by`."""
    column = query.sort
    if column is None:
        # An index has the jobs by family and by status and family.
        return ["-family", "-pk"] if query.is_descending else ["family", "pk"]
    keys: list[Any] = [F(status_field(query)) if column.name == "status" else F(column.name)]
    if column.source is Source.ATTEMPT:
        keys = [F(f"last__{column.name}")]
    elif column.source is Source.PARAMETER:
        text = ScalarAt("parameters", [column.name])
        number = NumberAt("parameters", [column.name])
        keys = [number] if column.is_number else [number, text]
    elif column.source is Source.DATA:
        keys = [output_value(NumberAt, column.path_keys), output_value(ScalarAt, column.path_keys)]
    if query.is_descending:
        return [*(key.desc(nulls_last=True) for key in keys), "pk"]
    return [*(key.asc(nulls_last=True) for key in keys), "pk"]


def number_expression(column: Column) -> Combinable:
    """Return the expression for the number in a column, null where there is none."""
    if column.source is Source.PARAMETER:
        return NumberAt("parameters", [column.name])
    if column.source is Source.DATA:
        return output_value(NumberAt, column.path_keys)
    return F(f"last__{column.name}")
