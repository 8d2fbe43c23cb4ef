"""Long tables: a part of the names, an order, a page at a time."""

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
Shown = TypeVar("Shown")


@dataclass(frozen=True, slots=True)
class Slice(Generic[Shown]):
    """One page of a long table."""

    rows: Sequence[Shown]
    number: int
    total: int | None
    """How many rows there are on all pages; None if counting them would be dear."""
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


def slice_of(
    rows: "QuerySet[Row]",
    request: HttpRequest,
    show: "Callable[[QuerySet[Row]], Sequence[Shown]]",
    *,
    total: int | None = None,
) -> Slice[Shown]:
    """Return the page of the rows that the address asks for.

    Args:
        rows: all of them, in their order.
        request: its query names the page; nonsense means the first.
        show: makes what the table shows of the rows of one page.
        total: how many there are, if the caller knows.
    """
    number = page_number(request)
    start = (number - 1) * PAGE_SIZE
    # Joins are made for the rows of this page only, not for all those that an offset skips.
    ids = rows.values("pk")[start : start + PAGE_SIZE + 1]
    chosen = rows.model._default_manager.filter(_is_one_of(ids)).order_by(*rows.query.order_by)
    found = show(chosen)
    return Slice(found[:PAGE_SIZE], number, total, len(found) > PAGE_SIZE)


class _InArray(Func):
    """Whether a column is in the array of what a query finds, which is found before any join."""

    arg_joiner = " = ANY(ARRAY"
    template = "%(expressions)s)"
    output_field = BooleanField()


def _is_one_of(ids: QuerySet[Any, Any]) -> Q | _InArray:
    if connection.vendor == "postgresql":  # it would join first where it has no statistics yet
        return _InArray(F("pk"), Subquery(ids))
    return Q(pk__in=ids)


def page_number(request: HttpRequest) -> int:
    """Return which page of a table the address asks for."""
    text = request.GET.get("page", "1")
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 1
    return min(max(number, 1), LAST_PAGE)


def ordering(
    request: HttpRequest, columns: Mapping[str, Sequence[str]], default: str
) -> tuple[str, tuple[str, ...]]:
    """Return the sort that the address asks for, as its name and as an ordering of rows.

    Args:
        request: its query names a column, with a minus for the other direction.
        columns: what may be sorted by, and the fields that stand for it.
        default: the sort if none or an unknown one is asked for.
    """
    asked = request.GET.get("sort", default)
    name = asked if asked.removeprefix("-") in columns else default
    fields = columns[name.removeprefix("-")]
    if name.startswith("-"):
        fields = [one.removeprefix("-") if one.startswith("-") else f"-{one}" for one in fields]
    return name, tuple(fields)


def named_rows(
    request: HtmxRequest,
    rows: QuerySet[Row],
    columns: Mapping[str, Sequence[str]],
    show: Callable[[QuerySet[Row]], list[dict[str, Any]]],
) -> dict[str, Any]:
    """Return what a list of things with names shows.

    Args:
        request: says which part of the names, which order and which page.
        rows: all that there are.
        columns: column of the page -> the fields it is ordered by.
        show: turns the rows of one page into what the template reads.
    """
    text = request.GET.get("q", "").strip()
    if text:
        rows = rows.filter(name__icontains=text)
    sort, fields = ordering(request, columns, "name")
    shown = slice_of(rows.order_by(*fields), request, show, total=rows.count())
    return {"slice": shown, "sort": sort, "q": text}
