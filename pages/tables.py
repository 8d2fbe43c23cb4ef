"""Long tables: filtered by name, sorted, a page at a time."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db import connection
from django.db.models import BooleanField, F, Func, Model, Q, QuerySet, Subquery
from django.http import HttpRequest

from web.requests import HtmxRequest

PAGE_SIZE = 50
LAST_PAGE = 1_000_000

Row = TypeVar("Row", bound=Model)
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class TablePage(Generic[Item]):
    """One page of a long table."""

    rows: Sequence[Item]
    number: int
    total: int | None
    """How many rows there are on all pages; None if counting them would take too long."""
    has_next: bool
    size: int = PAGE_SIZE
    """How many rows a full page has."""

    @property
    def first(self) -> int:
        """Return the position of the first row, counted from 1."""
        return (self.number - 1) * self.size + 1

    @property
    def last(self) -> int:
        """Return the position of the last row."""
        return self.first + len(self.rows) - 1

    @property
    def previous(self) -> int | None:
        """Return the number of the page before this one."""
        return self.number - 1 if self.number > 1 else None

    @property
    def next(self) -> int | None:
        """Return the number of the page after this one."""
        return self.number + 1 if self.has_next else None


def table_page(
    rows: "QuerySet[Row]",
    request: HttpRequest,
    show: "Callable[[QuerySet[Row]], Sequence[Item]]",
    *,
    total: int | None = None,
) -> TablePage[Item]:
    """Return the page of a table that the address names.

    Args:
        rows: all rows of the table, in their order.
        request: its query names the page; anything but a number means the first.
        show: turns the rows of one page into what the template reads.
        total: how many rows there are, if the caller knows.
    """
    number = page_number(request)
    start = (number - 1) * PAGE_SIZE
    # Joins are made for the rows of this page only, not for all those that an offset skips.
    ids = rows.values("pk")[start : start + PAGE_SIZE + 1]
    joined = rows.model._default_manager.filter(_is_among(ids)).order_by(*rows.query.order_by)
    items = show(joined)
    return TablePage(items[:PAGE_SIZE], number, total, len(items) > PAGE_SIZE)


class _InArray(Func):
    """Whether a column is in the array that a query returns, which runs before any join."""

    arg_joiner = " = ANY(ARRAY"
    template = "%(expressions)s)"
    output_field = BooleanField()


def _is_among(ids: QuerySet[Any, Any]) -> Q | _InArray:
    if connection.vendor == "postgresql":  # it would join first where it has no statistics yet
        return _InArray(F("pk"), Subquery(ids))
    return Q(pk__in=ids)


def page_number(request: HttpRequest) -> int:
    """Return the page number in the address, 1 if there is none."""
    text = request.GET.get("page", "1")
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 1
    return min(max(number, 1), LAST_PAGE)


def ordering(
    request: HttpRequest, columns: Mapping[str, Sequence[str]], default: str
) -> tuple[str, tuple[str, ...]]:
    """Return the sort that the address names, as its name and as an ordering of rows.

    Args:
        request: its query names a column, with a minus for descending order.
        columns: what may be sorted by -> the fields to order by.
        default: the sort if the address names none, or an unknown one.
    """
    requested = request.GET.get("sort", default)
    name = requested if requested.removeprefix("-") in columns else default
    fields = columns[name.removeprefix("-")]
    if name.startswith("-"):
        fields = [_reversed(field) for field in fields]
    return name, tuple(fields)


def _reversed(field: str) -> str:
    return field.removeprefix("-") if field.startswith("-") else f"-{field}"


def named_rows(
    request: HtmxRequest,
    rows: QuerySet[Row],
    columns: Mapping[str, Sequence[str]],
    show: Callable[[QuerySet[Row]], list[dict[str, Any]]],
) -> dict[str, Any]:
    """Return what a page shows that lists rows with names.

    Args:
        request: its query holds a part of the names, the sort and the page number.
        rows: all rows.
        columns: what may be sorted by -> the fields to order by.
        show: turns the rows of one page into what the template reads.
    """
    text = request.GET.get("q", "").strip()
    if text:
        rows = rows.filter(name__icontains=text)
    sort, fields = ordering(request, columns, "name")
    page = table_page(rows.order_by(*fields), request, show, total=rows.count())
    return {"table": page, "sort": sort, "q": text}
