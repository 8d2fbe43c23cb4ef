"""What an action answers: one sentence on top of the next page."""

from django.contrib import messages
from django.http import HttpRequest

from workflows.errors import Refused


def add_success(request: HttpRequest, sentence: str, entry_id: int | None = None) -> None:
    """Let the next page say what was done.

    Args:
        request: of the person who did it.
        sentence: what was done.
        entry_id: the audit entry about it, if the page shall link to it.
    """
    messages.success(request, sentence, extra_tags=str(entry_id or ""))


def add_refusal(request: HttpRequest, refusal: Refused) -> None:
    """Let the next page say what could not be done, and what to do instead."""
    messages.error(request, " ".join(filter(None, (refusal.detail, refusal.hint))))
