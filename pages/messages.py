"""What an action answers: one sentence on top of the next page."""

from django.contrib import messages
from django.http import HttpRequest

from workflows.errors import Refused


def say(request: HttpRequest, sentence: str) -> None:
    """Let the next page say what was done."""
    messages.success(request, sentence)


def receipt(request: HttpRequest, sentence: str, entry_id: int | None) -> None:
    """Let the next page say what was done, with the entry of the audit that keeps it."""
    messages.success(request, sentence, extra_tags=str(entry_id or ""))


def refused(request: HttpRequest, refusal: Refused) -> None:
    """Let the next page say what could not be done, and what to do instead."""
    messages.error(request, " ".join(filter(None, (refusal.detail, refusal.hint))))
