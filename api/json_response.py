"""JSON responses, written quickly and with stored JSON text passed through untouched."""

import json
from collections.abc import Iterable
from typing import Any

from django.http import HttpResponse


def dumps(value: Any) -> str:
    """Return a value as compact JSON text."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def json_response(text: str, status: int = 200) -> HttpResponse:
    """Return JSON text as a response."""
    return HttpResponse(text.encode(), status=status, content_type="application/json")


def json_object_with(fields: dict[str, Any], name: str, text: str) -> str:
    """Return an object as JSON text; its last member is JSON text that stays as it is."""
    return f"{dumps(fields)[:-1]},{dumps(name)}:{text}}}"


def json_list(texts: Iterable[str]) -> str:
    """Return a JSON array of elements that are JSON text already."""
    return f"[{','.join(texts)}]"
