"""JSON as text: answers written quickly, and members of a body exactly as they were sent."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse

_DECODER = json.JSONDecoder()
_BLANK = " \t\r\n"


def dumps(value: Any) -> str:
    """Write a value as compact JSON text."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def answer(text: str, status: int = 200) -> HttpResponse:
    """Return JSON text as a response."""
    return HttpResponse(text.encode(), status=status, content_type="application/json")


def with_member(fields: dict[str, Any], name: str, text: str) -> str:
    """Write an object whose last member is JSON text that is passed through untouched."""
    return f"{dumps(fields)[:-1]},{dumps(name)}:{text}}}"


def member_text(request: HttpRequest, name: str) -> str | None:
    """Return the text of one member of the body's object, None if it is not there.

    The body has been parsed before, so it is known to be well formed.
    """
    return _members(request.body.decode(), 0).get(name)


def member_texts(request: HttpRequest, list_name: str, name: str) -> list[str | None]:
    """Return the text of one member of each object in a list of the body."""
    body = request.body.decode()
    listed = _members(body, 0)[list_name]
    return [_members(listed, start).get(name) for start in _starts(listed)]


def _members(text: str, at: int) -> dict[str, str]:
    """Return the texts of an object's members."""
    at = _skip(text, at) + 1
    found: dict[str, str] = {}
    while text[at := _skip(text, at)] != "}":
        at = _skip(text, at + 1) if text[at] == "," else at
        name, at = _DECODER.raw_decode(text, at)
        start = _skip(text, _skip(text, at) + 1)
        _, at = _DECODER.raw_decode(text, start)
        found[name] = text[start:at]
    return found


def _starts(text: str) -> Iterator[int]:
    """Yield where each element of a list begins."""
    at = _skip(text, 0) + 1
    while text[at := _skip(text, at)] != "]":
        at = _skip(text, at + 1) if text[at] == "," else at
        yield at
        _, at = _DECODER.raw_decode(text, at)


def _skip(text: str, at: int) -> int:
    while text[at] in _BLANK:
        at += 1
    return at


def joined(texts: Iterable[str]) -> str:
    """Write a list whose elements are JSON texts."""
    return f"[{','.join(texts)}]"
