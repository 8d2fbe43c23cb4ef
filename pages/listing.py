"""What the lists of files and of user data have in common: a part of the name, an order, a page."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from django.db.models import Model, QuerySet

from pages.live import ordering, slice_of
from torc_site.middleware import HtmxRequest

Row = TypeVar("Row", bound=Model)


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
