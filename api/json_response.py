"""JSON responses, written quickly and with stored JSON text passed through untouched."""

import json
from collections.abc import Iterable
from typing import Any

from django.http import HttpResponse


def dumps(value: Any) -> str:
    """Write a value as compact JSON text."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def answer(text: str, status: int = 200) -> HttpResponse:
    """Return JSON text as a response."""
    return HttpResponse(text.encode(), status=status, content_type="application/json")


def with_member(fields: dict[str, Any], name: str, text: str) -> str:
    """Write an object whose last member is JSON text that is passed through untouched."""
    return f"{dumps(fields)[:-1]},{dumps(name)}:{text}}}"


def joined(texts: Iterable[str]) -> str:
    """Write a list whose elements are JSON texts."""
    return f"[{','.join(texts)}]"
