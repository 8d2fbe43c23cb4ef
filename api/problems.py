"""Why a request is refused; `api` turns each kind into its status."""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Protocol, TypeVar

from django.db.models import Model, QuerySet
from django.http import Http404

Row = TypeVar("Row", bound=Model)


class Flaw(Protocol):
    """What the spec kernel says about one value."""

    @property
    def code(self) -> str: ...
    @property
    def detail(self) -> str: ...
    @property
    def hint(self) -> str | None: ...
    @property
    def limit(self) -> int | float | None: ...
    @property
    def actual(self) -> int | float | None: ...


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


def refuse(flaw: Flaw | None, pointer: str) -> None:
    """Refuse the request if the spec kernel found something wrong with one of its values.

    Args:
        flaw: what the kernel found, if anything.
        pointer: where the value stands in the body.

    Raises:
        TooLarge: the value is too large to be stored.
        Invalid: it is wrong in another way.
    """
    if flaw is None:
        return
    kind = TooLarge if flaw.code == "payload_too_large" else Invalid
    raise kind(
        flaw.code,
        flaw.detail,
        pointer=pointer,
        hint=flaw.hint,
        limit=flaw.limit,
        actual=flaw.actual,
    )


def one(rows: QuerySet[Row], what: str, pk: int) -> Row:
    """Return the row with this id.

    Args:
        rows: what the actor may see; an id of anything else does not exist for them.
        what: what a person calls such a row.
        pk: the id.

    Raises:
        Http404: there is none.
    """
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Http404(f"There is no {what} {pk}.")
    return found


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return the remedy for a name that does not exist: the nearest one, or all of them."""
    names = sorted(known)
    close = get_close_matches(name, names, n=1, cutoff=0.6)
    if close:
        return f"Did you mean '{close[0]}'?"
    return f"Known here: {', '.join(names)}." if names else "Nothing may be given here."
