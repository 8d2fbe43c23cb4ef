"""Request bodies as strict JSON: whatever passes here can be stored in every database."""

from typing import Any

from django.http import HttpRequest
from ninja.parser import Parser

from api.exceptions import Invalid, Malformed
from specification.formats.json_text import (
    JsonError,
    decode,
    element_starts,
    member_texts,
    parse_json,
)
from specification.names import check_text

NOT_JSON = ("json_syntax", "not_utf8")


class StrictParser(Parser):
    """Reads bodies without NaN, doubled keys, unstorable numbers or characters."""

    def parse_body(self, request: HttpRequest) -> Any:
        """Return the body's value.

        Raises:
            Malformed: it is not JSON.
            Invalid: it is JSON that cannot be stored.
        """
        return strict_loads(request.body)


def strict_loads(body: bytes) -> Any:
    """Read one JSON text.

    Raises:
        Malformed: it is not JSON.
        Invalid: it is JSON that cannot be stored.
    """
    try:
        text = decode(body)
        value = parse_json(text)
    except JsonError as error:
        problem = error.problem
        details: dict[str, Any] = {"hint": problem.hint, "limit": problem.limit}
        if problem.code in NOT_JSON:
            raise Malformed("malformed_json", problem.detail, **details) from None
        raise Invalid(problem.code, problem.detail, **details) from None
    # Only an escape can name a character that UTF-8 text cannot hold or databases refuse.
    if "\\u" in text:
        _refuse_unstorable_texts(value)
    return value


def _refuse_unstorable_texts(value: Any) -> None:
    """Refuse NUL and halves of surrogate pairs anywhere.

    Raises:
        Invalid: there is one.
    """
    waiting: list[tuple[Any, str]] = [(value, "")]
    while waiting:
        item, at = waiting.pop()
        if isinstance(item, str):
            if problem := check_text(item):
                raise Invalid(problem.code, problem.detail, pointer=at, hint=problem.hint)
        elif isinstance(item, dict):
            waiting.extend((key, at) for key in item)
            waiting.extend((child, f"{at}/{key}") for key, child in item.items())
        elif isinstance(item, list):
            waiting.extend((child, f"{at}/{index}") for index, child in enumerate(item))


def text_of_member(request: HttpRequest, name: str) -> str | None:
    """Return one member of the body's object exactly as it was sent, None if it is not there.

    The body has been parsed before, so it is known to be well formed.
    """
    return member_texts(request.body.decode()).get(name)


def texts_of_members(request: HttpRequest, list_name: str, name: str) -> list[str | None]:
    """Return one member of each object in a list of the body, exactly as it was sent."""
    items = member_texts(request.body.decode())[list_name]
    return [member_texts(items, start).get(name) for start in element_starts(items)]
