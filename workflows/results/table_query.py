"""A results table as its address describes it, and the costly parts of it, which are cached."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.http import QueryDict

from jobs.statuses import DISPLAY_ORDER, JobStatus
from workflows.cache import AnswerCache
from workflows.models import Workflow
from workflows.results.column_choices import ColumnChoices, load_choices
from workflows.results.columns import ATTEMPT_COLUMNS, JOB, STATUS, Column, data_column
from workflows.results.json_paths import MAX_PATH, keys_of
from workflows.results.row_query import RowQuery
from workflows.results.table_summary import TableSummary, ordered_job_ids, summarize

MAX_PATHS = 12
MAX_NUMBERS = 3_000_000
"""In all cached answers together: some 24 MB a process."""
NUMBERS_IN_A_POINT = 30
"""The size of a point, counted in numbers."""

TABLE_CACHE = AnswerCache(MAX_NUMBERS)

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class TableQuery:
    """Which rows and columns a table has, and what is plotted."""

    row_query: RowQuery
    choices: ColumnChoices
    columns: list[Column]
    """Between the job's name and the reason, from left to right."""
    paths: list[str]
    """The paths of the chosen user data."""
    sort: str
    """The key of the column to sort by, after a minus to have the greatest first; else empty."""
    x: Column | None
    y: Column | None

    @property
    def numeric_columns(self) -> list[Column]:
        """Return the columns that can be plotted."""
        return [column for column in self.columns if column.is_number]


def parse_table_query(workflow: Workflow, query: QueryDict) -> TableQuery:
    """Return the table that an address describes; values that do not exist count as absent."""
    family = _number(query.get("family", ""))
    choices = _choices(workflow, family)
    paths = [path for path in dict.fromkeys(query.getlist("data")) if keys_of(path) is not None]
    data = [data_column(path) for path in paths[:MAX_PATHS]]
    columns = [*choices.parameters, *ATTEMPT_COLUMNS, *data]
    by_key = {column.key: column for column in (JOB, STATUS, *columns)}
    sort = query.get("sort", "")
    column = by_key.get(sort.removeprefix("-"))
    numeric = {key: column for key, column in by_key.items() if column.is_number}
    return TableQuery(
        row_query=RowQuery(
            workflow=workflow,
            run_id=_run(workflow, query.get("run", "")),
            family=family if family in dict(choices.families) else None,
            status=_status(query.get("status", "")),
            text=query.get("q", "").strip()[:MAX_PATH],
            sort=column,
            is_descending=sort.startswith("-"),
        ),
        choices=choices,
        columns=columns,
        paths=[column.name for column in data],
        sort=sort if column else "",
        x=numeric.get(query.get("x", "")),
        y=numeric.get(query.get("y", "")),
    )


def _choices(workflow: Workflow, family: int | None) -> ColumnChoices:
    def load() -> ColumnChoices:
        return load_choices(workflow, family)

    return _cached("choices", workflow, (family,), load, _choices_size)


def table_job_ids(table: TableQuery) -> array[int]:
    """Return the ids of the table's jobs in its order."""
    query = table.row_query
    key = (*query.filters, *query.order)
    return _cached("ids", query.workflow, key, lambda: ordered_job_ids(query), len)


def table_summary(table: TableQuery) -> tuple[TableSummary, array[int]]:
    """Return the summary of all rows, and the ids of the jobs in the table's order."""
    query = table.row_query
    plotted = (table.x, table.y) if table.x and table.y else None
    ids: list[array[int]] = []

    def find() -> TableSummary:
        summary, in_order = summarize(query, table.columns, plotted)
        ids.append(in_order)
        return summary

    key = (*query.filters, *table.columns, plotted)
    summary = _cached("summary", query.workflow, key, find, _summary_size)
    return summary, ids[0] if ids else table_job_ids(table)


def _cached(
    what: str,
    workflow: Workflow,
    key: Iterable[Any],
    find: Callable[[], Answer],
    size: Callable[[Any], int],
) -> Answer:
    answer: Answer = TABLE_CACHE.get(
        (what, workflow.pk, *key),
        workflow.revision,
        find,
        size=size,
        must_be_current=not workflow.is_active,
    )
    return answer


def _choices_size(choices: ColumnChoices) -> int:
    return 20 * (len(choices.families) + len(choices.parameters) + len(choices.paths))


def _summary_size(summary: TableSummary) -> int:
    return 20 * len(summary.spreads) + NUMBERS_IN_A_POINT * len(summary.points)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


def _status(word: str) -> JobStatus | None:
    return next((status for status in DISPLAY_ORDER if status.word == word), None)


def _run(workflow: Workflow, text: str) -> int:
    number = _number(text)
    return number if number and number <= workflow.run_id else workflow.run_id
