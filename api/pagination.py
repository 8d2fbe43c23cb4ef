"""Lists in pages: sorting, paging, and the envelope in which Torc's clients expect them."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from django.db.models import F, Model, QuerySet
from django.http import HttpResponse

from api.exceptions import Invalid, did_you_mean
from api.json_response import dumps, json_response
from api.schemas import MAX_LIMIT, PageQuery, SortedQuery

Sorts = Mapping[str, str]
"""What clients may sort by -> the column."""
Row = TypeVar("Row", bound=Model)
Item = TypeVar("Item")


def ordered(rows: "QuerySet[Row, Item]", query: SortedQuery, sorts: Sorts) -> "QuerySet[Row, Item]":
    """Return the rows sorted as the query says; by id without one, and among equal rows.

    Raises:
        Invalid: this list cannot be sorted by that.
    """
    direction = "-" if query.reverse_sort else ""
    if query.sort_by is None or query.sort_by == "id":
        return rows.order_by(f"{direction}id")
    if query.sort_by not in sorts:
        raise Invalid(
            "unknown_parameter",
            f"This list cannot be sorted by '{query.sort_by}'.",
            pointer="/sort_by",
            hint=did_you_mean(query.sort_by, {*sorts, "id"}),
        )
    column = F(sorts[query.sort_by])
    by = column.desc(nulls_last=True) if query.reverse_sort else column.asc(nulls_first=True)
    return rows.order_by(by, f"{direction}id")


def page(
    rows: "QuerySet[Row, Item]",
    query: PageQuery,
    finish: Callable[[list[Item]], Sequence[Any]] = list,
    write: Callable[[Any], str] = dumps,
) -> HttpResponse:
    """Return one page as a response.

    Args:
        rows: sorted; objects, or `.values()` under the names that clients know.
        query: which page.
        finish: makes of the rows what clients see; takes all of them, so that it can look things
            up in few queries.
        write: makes JSON text of that.
    """
    page_rows = list(_slice(rows, query))
    n_rows = len(page_rows)
    is_last = n_rows < query.limit and (n_rows > 0 or query.offset == 0)
    total = query.offset + n_rows if is_last else rows.order_by().count()
    return envelope(write(finish(page_rows)), query, n_rows, total)


def _slice(rows: "QuerySet[Row, Item]", query: PageQuery) -> "QuerySet[Row, Item]":
    """Return the rows of one page; for those before it, only ids are read."""
    if not query.offset:
        return rows[: query.limit]
    ids = rows.values("pk")[query.offset : query.offset + query.limit]
    return rows.filter(pk__in=ids)


def envelope(items: str, query: PageQuery, count: int, total: int) -> HttpResponse:
    """Return items, already JSON text, in Torc's envelope."""
    has_more = query.offset + count < total
    return json_response(
        f'{{"items":{items},"offset":{query.offset},"max_limit":{MAX_LIMIT},"count":{count},'
        f'"total_count":{total},"has_more":{"true" if has_more else "false"}}}'
    )
