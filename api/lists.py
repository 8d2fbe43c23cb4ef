"""Pages of a list: paging, sorting by what may be sorted by, and Torc's envelope."""

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, TypeVar

from django.db.models import F, Model, QuerySet
from django.http import HttpResponse
from pydantic import BaseModel, Field

from api.json_text import answer, dumps
from api.problems import Invalid, did_you_mean

MAX_LIMIT = 10_000
DEFAULT_LIMIT = 1_000
MAX_INT64 = 2**63 - 1

Id = Annotated[int, Field(ge=-MAX_INT64 - 1, le=MAX_INT64)]
Fields = dict[str, Any]
Sorts = Mapping[str, str]
"""What clients may sort by -> the column."""
Listed = TypeVar("Listed", bound=Model)
Found = TypeVar("Found")


class PageQuery(BaseModel):
    """Which part of a list is asked for."""

    offset: Annotated[int, Field(ge=0, le=MAX_INT64)] = 0
    limit: Annotated[int, Field(ge=1, le=MAX_LIMIT)] = DEFAULT_LIMIT


class SortedQuery(PageQuery):
    """Which part of a list is asked for, and in which order."""

    sort_by: str | None = None
    reverse_sort: bool = False


class WorkflowListQuery(SortedQuery):
    """A list of what belongs to one workflow."""

    workflow_id: Id


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
    found = list(_part(rows, query))
    n_found = len(found)
    is_last = n_found < query.limit and (n_found > 0 or query.offset == 0)
    total = query.offset + n_found if is_last else rows.order_by().count()
    return envelope(write(finish(found)), query, n_found, total)


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


class Page(BaseModel):
    """Torc's list envelope, for the documentation."""

    offset: int
    max_limit: int
    count: int
    total_count: int
    has_more: bool
