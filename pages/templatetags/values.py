"""User data as people read it."""

import re
from collections.abc import Iterator

from django import template
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString

from userdata.json_layout import Fold

register = template.Library()

_TOKENS = re.compile(r'"(?:[^"\\]|\\.)*"|[{\[]\s*[}\]]|[{}\[\],:]|\s+|[^\s"{}\[\],:]+')
_LONGEST = 60
_KINDS = {"{": "object", "[": "array", '"': "string", "t": "boolean", "f": "boolean", "n": "null"}


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


@register.filter
def kind(text: str) -> str:
    """Return what a JSON text is, by its beginning: object, array, string, number, ..."""
    return _KINDS.get(text.lstrip()[:1], "number")


@register.filter
def folded(part: Fold | str, name: str = "fold") -> SafeString:
    """Return a value laid out for reading, in elements that can be folded away.

    The text of all of them together is the value again, so that it can be copied.

    Args:
        part: the whole value, or what it holds.
        name: begins the ids of the elements.
    """
    if isinstance(part, str):
        return conditional_escape(part)
    return format_html(
        '<details id="{}" open><summary data-note="{}">{}</summary>{}{}</details>',
        name,
        part.note,
        part.opening,
        format_html_join("", "{}", _inner(part, name)),
        part.closing,
    )


def _inner(part: Fold, name: str) -> Iterator[tuple[SafeString]]:
    for at, inner in enumerate(part.inner):
        yield (folded(inner, f"{name}-{at}"),)
