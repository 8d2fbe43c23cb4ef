"""User data as people read it."""

import re

from django import template

register = template.Library()

_TOKENS = re.compile(r'"(?:[^"\\]|\\.)*"|[{\[]\s*[}\]]|[{}\[\],:]|\s+|[^\s"{}\[\],:]+')
_LONGEST = 60


@register.filter
def indented(text: str) -> str:
    """Return JSON text on several lines; numbers and the order of keys stay as written.

    Text that has several lines already, or is short, stays as it is.
    """
    if "\n" in text or len(text) <= _LONGEST:
        return text
    pieces: list[str] = []
    depth = 0
    for part in _TOKENS.findall(text):
        if part.isspace():
            continue
        if part in ("{", "["):
            depth += 1
            pieces.append(part + _line(depth))
        elif part in ("}", "]"):
            depth -= 1
            pieces.append(_line(depth) + part)
        elif part == ",":
            pieces.append(part + _line(depth))
        else:
            pieces.append(": " if part == ":" else part)
    return "".join(pieces)


def _line(depth: int) -> str:
    return "\n" + "  " * depth
