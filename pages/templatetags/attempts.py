"""Attempts as tables show them."""

from django import template

from jobs.explain.job_rows import with_error
from jobs.models import Result

register = template.Library()


@register.filter
def why(attempt: Result) -> str:
    """Return why an attempt ended as it did, with the line of its log that says more."""
    return with_error(attempt.reason, attempt.error_line)
