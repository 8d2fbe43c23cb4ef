"""The table of results and its plot, as pages draw them."""

from django import template
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from workflows.results.columns import Column
from workflows.results.plot import Plot

register = template.Library()

_MARK = '<a href="jobs/{}" tabindex="-1"><title>{}</title><use href="#m-{}" x="{}" y="{}"/></a>'


@register.filter
def column_kind(column: Column) -> str:
    """Return the CSS classes of a column's cells."""
    kinds = {"num": column.is_number, "minor": column.is_minor}
    return " ".join(kind for kind, is_so in kinds.items() if is_so)


@register.simple_tag
def marks(plot: Plot) -> SafeString:
    """Return the points of a plot, each a link to its job."""
    rows = (
        (mark.point.job_id, mark.point.name, mark.point.status, mark.left, mark.top)
        for mark in plot.marks
    )
    return format_html_join("\n", _MARK, rows)
