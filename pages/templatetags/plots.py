"""Plots as pages draw them."""

from django import template
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from workflows.results.plot import Plot

register = template.Library()

_MARK = '<a href="jobs/{}" tabindex="-1"><title>{}</title><use href="#m-{}" x="{}" y="{}"/></a>'


@register.simple_tag
def marks(plot: Plot) -> SafeString:
    """Return the points of a plot, each a link to its job."""
    drawn = (
        (one.point.job_id, one.point.name, one.point.status, one.left, one.top)
        for one in plot.marks
    )
    return format_html_join("\n", _MARK, drawn)
