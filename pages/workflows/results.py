from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.views.decorators.http import require_safe

from jobs.statuses import DISPLAY_ORDER
from pages.live import IDLE_SECONDS, Live, unchanged
from pages.tables import PAGE_SIZE, TablePage, page_number
from pages.templatetags.looks import duration, size
from pages.workflows.header import header_of, snapshot_of, workflow_of, workflow_page
from web.requests import HtmxRequest, streamed_download
from workflows.results.columns import LONGEST_CELL, Column, Source, cell_text
from workflows.results.export import results_file
from workflows.results.plot import Plot, build_plot
from workflows.results.rows import Row, load_rows
from workflows.results.table_query import TableQuery, parse_table_query, table_summary
from workflows.results.table_summary import Spread, TableSummary

BIG_SWEEP = 5_000
PAGE_SIZES = (PAGE_SIZE, 100)
WORDS = [status.word for status in DISPLAY_ORDER]
ROW_PARAMETERS = ("q", "status", "family", "run", "data", "sort")
"""What in the address decides about the rows; the rest is how the page shows them."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of the table."""

    text: str
    column: Column
    whole: str = ""
    """The full text if the cell cuts it."""


@dataclass(frozen=True, slots=True)
class ResultRow:
    """One row of the table."""

    row: Row
    cells: list[Cell]


@require_safe
def results(request: HtmxRequest, workflow_id: int) -> HttpResponse:
    """Show the jobs of a workflow as one table: parameters, how each ended, and its output."""
    snapshot = snapshot_of(request, workflow_id)
    if answer := unchanged(request, snapshot.revision):
        return answer
    header = header_of(snapshot)
    table_query = parse_table_query(snapshot.workflow, request.GET)
    summary, ids = table_summary(table_query)
    query = _query(request)
    context = {
        "table_query": table_query,
        "columns": table_query.columns,
        "table": _table_page(request, table_query, ids),
        "spreads": _spread_rows(table_query, summary),
        "plot": _plot(table_query, summary),
        "words": WORDS,
        "runs": range(1, snapshot.workflow.run_id + 1),
        "sizes": PAGE_SIZES,
        "sort": table_query.sort,
        "query": query,
        "api_line": _api_line(workflow_id, query),
    }
    template = "workflows/results.html"
    live = _slower(header.live) if header.n_jobs > BIG_SWEEP else header.live
    return workflow_page(
        request, header, template, context, tab="results", title="Results", live=live
    )


def _slower(live: Live) -> Live:
    """Let a page poll less often, because a large table changes little in a few seconds."""
    return Live(live.revision, live.seconds and max(live.seconds, IDLE_SECONDS))


@require_safe
def results_csv(request: HttpRequest, workflow_id: int) -> StreamingHttpResponse:
    """Send the whole table as CSV, in the order and with the columns of its page."""
    return streamed_download(*results_file(_table_query(request, workflow_id), "csv"))


@require_safe
def results_json(request: HttpRequest, workflow_id: int) -> StreamingHttpResponse:
    """Send the whole table as a JSON list, in the order and with the columns of its page."""
    return streamed_download(*results_file(_table_query(request, workflow_id), "json"))


def _table_query(request: HttpRequest, workflow_id: int) -> TableQuery:
    return parse_table_query(workflow_of(request, workflow_id), request.GET)


def _table_page(
    request: HtmxRequest, table_query: TableQuery, ids: Sequence[int]
) -> TablePage[ResultRow]:
    length = 100 if request.GET.get("size") == "100" else PAGE_SIZE
    number = page_number(request)
    start = (number - 1) * length
    columns = table_query.columns
    rows = [
        ResultRow(row, [_cell(row.value(column), column) for column in columns])
        for row in load_rows(table_query.row_query, ids[start : start + length], columns)
    ]
    return TablePage(rows, number, len(ids), start + length < len(ids), length)


def _cell(value: Any, column: Column) -> Cell:
    text = _in_words(value, column)
    is_cut = isinstance(value, str) and len(value) > LONGEST_CELL
    return Cell(text, column, value if is_cut else "")


def _in_words(value: Any, column: Column) -> str:
    if value is None or isinstance(value, str):
        return cell_text(value)
    if column.unit == "s":
        return duration(value)
    if column.unit == "B":
        return size(value)
    if column.source is Source.ATTEMPT and isinstance(value, float):
        return f"{value:.0f}"
    return cell_text(value)


def _spread_rows(table_query: TableQuery, summary: TableSummary) -> list[tuple[str, list[Cell]]]:
    def cells(name: str) -> list[Cell]:
        columns = table_query.columns
        return [_spread_cell(summary.spreads.get(column.key), column, name) for column in columns]

    names = ("least", "middle", "greatest")
    labels = ("min", "median", "max")
    return [(label, cells(name)) for label, name in zip(labels, names, strict=True)]


def _spread_cell(spread: Spread | None, column: Column, name: str) -> Cell:
    value: float | None = getattr(spread, name, None)
    if value is not None and value.is_integer() and abs(value) < 2**53:
        return Cell(_in_words(int(value), column), column)
    return Cell(_in_words(value, column), column)


def _plot(table_query: TableQuery, summary: TableSummary) -> Plot | None:
    x, y = table_query.x, table_query.y
    if x is None or y is None:
        return None
    return build_plot(summary.points, (x.label, x.unit), (y.label, y.unit), summary.n_points)


def _query(request: HtmxRequest) -> str:
    query = request.GET.copy()
    for name in [name for name in query if name not in ROW_PARAMETERS or not query[name]]:
        del query[name]
    return query.urlencode()


def _api_line(workflow_id: int, query: str) -> str:
    """Return the command that requests the same table from the API."""
    address = f"{settings.TORC_PUBLIC_URL}/torc-service/v1/workflows/{workflow_id}/sweep"
    suffix = f"?{query}" if query else ""
    return f"curl -H \"Authorization: Bearer $TORC_TOKEN\" '{address}{suffix}'"
