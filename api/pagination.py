"""Pages of a list: paging, sorting by what may be sorted by, and Torc's envelope."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from django.db.models import F, Model, QuerySet
from django.http import HttpResponse

from api.exceptions import Invalid, did_you_mean
from api.json_response import answer, dumps
from api.schemas import MAX_LIMIT, PageQuery, SortedQuery

Sorts = Mapping[str, str]
"""What clients may sort by -> the column."""
Listed = TypeVar("Listed", bound=Model)
Found = TypeVar("Found")


def ordered(
    rows: "QuerySet[Listed, Found]", query: SortedQuery, sorts: Sorts
) -> "QuerySet[Listed, Found]":
    """Return the rows in the order that was asked for, by id where that says nothing.

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
    rows: "QuerySet[Listed, Found]",
    query: PageQuery,
    finish: Callable[[list[Found]], Sequence[Any]] = list,
    write: Callable[[Any], str] = dumps,
) -> HttpResponse:
    """Answer with one page.

    Args:
        rows: ordered; objects, or `.values()` under the names that clients know.
        query: which part.
        finish: turns rows into what clients see, many at once so that it may look things up.
        write: turns that into JSON text.
    """
    found_rows = list(_part(rows, query))
    n_found = len(found_rows)
    is_last = n_found < query.limit and (n_found > 0 or query.offset == 0)
    total = query.offset + n_found if is_last else rows.order_by().count()
    return envelope(write(finish(found_rows)), query, n_found, total)


def _part(rows: "QuerySet[Listed, Found]", query: PageQuery) -> "QuerySet[Listed, Found]":
    """Return one page's rows; those before it are only counted off, in an index if there is one."""
    if not query.offset:
        return rows[: query.limit]
    ids = rows.values("pk")[query.offset : query.offset + query.limit]
    return rows.filter(pk__in=ids)


def envelope(items: str, query: PageQuery, count: int, total: int) -> HttpResponse:
    """Answer with items, already JSON text, in Torc's envelope."""
    has_more = query.offset + count < total
    return answer(
        f'{{"items":{items},"offset":{query.offset},"max_limit":{MAX_LIMIT},"count":{count},'
        f'"total_count":{total},"has_more":{"true" if has_more else "false"}}}'
    )
