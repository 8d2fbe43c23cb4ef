"""Why a request is refused; `api` turns each kind into its status."""

from collections.abc import Iterable
from difflib import get_close_matches


class Refusal(Exception):
    """A request that cannot be granted: a code for programs, a sentence and a remedy for people."""

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
    """What was sent is understood and wrong."""


class Malformed(Refusal):
    """What was sent is not even JSON."""


class TooLarge(Refusal):
    """What was sent is larger than is stored."""


class UnsupportedKind(Refusal):
    """What was sent is of a kind that is not read here."""


class Conflict(Refusal):
    """It cannot be done as things stand."""


class PreconditionFailed(Refusal):
    """Somebody else changed it first."""


class PreconditionMissing(Refusal):
    """A person has to say which version is to be replaced."""


class Unauthenticated(Refusal):
    """The credentials are missing, wrong or no longer valid."""


class Forbidden(Refusal):
    """The credentials are valid and do not reach this far."""


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return the remedy for a name that does not exist: the nearest one, or all of them."""
    names = sorted(known)
    close = get_close_matches(name, names, n=1, cutoff=0.6)
    if close:
        return f"Did you mean '{close[0]}'?"
    return f"Known here: {', '.join(names)}." if names else "Nothing may be given here."
