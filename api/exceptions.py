"""Reasons to refuse a request; `exception_handlers` gives each kind its HTTP status."""

from collections.abc import Iterable
from difflib import get_close_matches


class Refusal(Exception):
    """A refused request: a code for programs, a sentence and a remedy for people."""

    def __init__(
        self,
        code: str,
        detail: str,
        *,
        pointer: str | None = None,
        hint: str | None = None,
        limit: int | float | None = None,
        actual: int | float | None = None,
    ) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.pointer = pointer
        self.hint = hint
        self.limit = limit
        self.actual = actual


class Invalid(Refusal):
    """What was sent can be read and is wrong."""


class Malformed(Refusal):
    """What was sent is not JSON."""


class TooLarge(Refusal):
    """What was sent is too large to be stored."""


class UnsupportedKind(Refusal):
    """What was sent is in a format that is not read here."""


class Conflict(Refusal):
    """The present state forbids it."""


class PreconditionFailed(Refusal):
    """Somebody else has changed it since it was read."""


class PreconditionMissing(Refusal):
    """The request has to say which version it replaces."""


class Unauthenticated(Refusal):
    """The credentials are missing, wrong or no longer valid."""


class Forbidden(Refusal):
    """The credentials are valid but do not allow this."""


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return the hint for a name that does not exist: the most similar one, or all names."""
    names = sorted(known)
    close = get_close_matches(name, names, n=1, cutoff=0.6)
    if close:
        return f"Did you mean '{close[0]}'?"
    return f"Possible: {', '.join(names)}." if names else "Leave it out: there are none here."
