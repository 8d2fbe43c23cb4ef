from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.views.decorators.http import require_safe

from jobs.statuses import DISPLAY_ORDER
from pages.live import IDLE_SECONDS, Live, live_page, unchanged
from pages.tables import PAGE_SIZE, Slice, page_number
from pages.templatetags.looks import duration, size
from pages.workflows.header import head_of, scene_of, workflow_of
from web.requests import HtmxRequest, streamed_download
from workflows.results.columns import LONGEST_CELL, Column, Source, cell_text
from workflows.results.export import results_file
from workflows.results.plot import Plot, build_plot
from workflows.results.rows import Row, load_rows
from workflows.results.table_query import TableQuery, parse_table_query, table_summary
from workflows.results.table_summary import Spread, TableSummary

BIG_SWEEP = 5_000
PAGE_SIZES = (PAGE_SIZE, 100)
WORDS = [one.word for one in DISPLAY_ORDER]
OF_THE_ROWS = ("q", "status", "family", "run", "data", "sort")
"""What the address asks of the rows; the rest is how the page shows them."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What one cell shows."""

    text: str
    column: Column
    whole: str = ""
    """The full text if the cell cuts it."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One row of the table."""

    row: Row
    cells: list[Cell]


@require_safe
def results(request: HtmxRequest, workflow_id: int) -> HttpResponse:
    """Show the sweep as one table: a row for each job, with what its attempt came to."""
    scene = scene_of(request, workflow_id)
    if answer := unchanged(request, scene.revision):
        return answer
    head = head_of(scene)
    asked = parse_table_query(scene.workflow, request.GET)
    found, ids = table_summary(asked)
    query = _query(request)
    context = {
        "head": head,
        "tab": "results",
        "table": asked,
        "columns": asked.columns,
        "slice": _slice(request, asked, ids),
        "spreads": _spread_rows(asked, found),
        "plot": _plot(asked, found),
        "words": WORDS,
        "runs": range(1, scene.workflow.run_id + 1),
        "sizes": PAGE_SIZES,
        "sort": asked.sort,
        "query": query,
        "api_line": _api_line(workflow_id, query),
    }
    title = f"Results · {scene.workflow.name} #{workflow_id}"
    live = _unhurried(head.live) if head.n_jobs > BIG_SWEEP else head.live
    return live_page(request, "workflows/_results.html", context, title=title, live=live)


def _unhurried(live: Live) -> Live:
    """Let a page ask for news less often, for what it shows moves little in a few seconds."""
    return Live(live.revision, live.seconds and max(live.seconds, IDLE_SECONDS))


@require_safe
def results_csv(request: HttpRequest, workflow_id: int) -> StreamingHttpResponse:
    """Send the whole table as CSV, in the order and with the columns of its page."""
    return streamed_download(*results_file(_asked(request, workflow_id), "csv"))


@require_safe
def results_json(request: HttpRequest, workflow_id: int) -> StreamingHttpResponse:
    """Send the whole table as a JSON list, in the order and with the columns of its page."""
    return streamed_download(*results_file(_asked(request, workflow_id), "json"))


def _asked(request: HttpRequest, workflow_id: int) -> TableQuery:
    return parse_table_query(workflow_of(request, workflow_id), request.GET)


def _slice(request: HtmxRequest, asked: TableQuery, ids: Sequence[int]) -> Slice[Shown]:
    length = 100 if request.GET.get("size") == "100" else PAGE_SIZE
    number = page_number(request)
    start = (number - 1) * length
    found = load_rows(asked.row_query, ids[start : start + length], asked.columns)
    rows = [Shown(row, [_cell(row.value(one), one) for one in asked.columns]) for row in found]
    return Slice(rows, number, len(ids), start + length < len(ids), length)


def _cell(value: Any, column: Column) -> Cell:
    text = _written(value, column)
    is_cut = isinstance(value, str) and len(value) > LONGEST_CELL
    return Cell(text, column, value if is_cut else "")


def _written(value: Any, column: Column) -> str:
    if value is None or isinstance(value, str):
        return cell_text(value)
    if column.unit == "s":
        return duration(value)
    if column.unit == "B":
        return size(value)
    if column.source is Source.ATTEMPT and isinstance(value, float):
        return f"{value:.0f}"
    return cell_text(value)


def _spread_rows(asked: TableQuery, found: TableSummary) -> list[tuple[str, list[Cell]]]:
    def cells(name: str) -> list[Cell]:
        return [_spread_cell(found.spreads.get(one.key), one, name) for one in asked.columns]

    names = ("least", "middle", "greatest")
    labels = ("min", "median", "max")
    return [(label, cells(name)) for label, name in zip(labels, names, strict=True)]


def _spread_cell(spread: Spread | None, column: Column, name: str) -> Cell:
    value: float | None = getattr(spread, name, None)
    if value is not None and value.is_integer() and abs(value) < 2**53:
        return Cell(_written(int(value), column), column)
    return Cell(_written(value, column), column)


def _plot(asked: TableQuery, found: TableSummary) -> Plot | None:
    x, y = asked.x, asked.y
    if x is None or y is None:
        return None
    return build_plot(found.points, (x.label, x.unit), (y.label, y.unit), found.n_points)


def _query(request: HtmxRequest) -> str:
    query = request.GET.copy()
    for name in [name for name in query if name not in OF_THE_ROWS or not query[name]]:
        del query[name]
    return query.urlencode()


def _api_line(workflow_id: int, query: str) -> str:
    """Return the command that asks the API what the page asks."""
    address = f"{settings.TORC_PUBLIC_URL}/torc-service/v1/workflows/{workflow_id}/sweep"
    named = f"?{query}" if query else ""
    return f"curl -H \"Authorization: Bearer $TORC_TOKEN\" '{address}{named}'"
