"""Placeholders `{p}` and `{p:format}`: replaced once, from left to right.

A value that is put in is never searched for placeholders itself.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from specification.limits import MAX_FORMAT_WIDTH
from specification.problems import Problem, SpecError
from specification.texts.command_tokens import token_spans
from specification.texts.parameter_values import Value, plain_text

FORMAT = re.compile(r"(0?)([0-9]*)(?:\.([0-9]+))?([dfeg]?)")
FORMAT_LIKE = re.compile(r"(?=.)[<>^=+#_0-9.,-]*[A-Za-z%]?\??")
LIKE_PLACEHOLDER = re.compile(r"(?<!\$)\{[A-Za-z_][A-Za-z0-9_]*(?::[0-9.]*[dfeg]?)?\}")


@dataclass(frozen=True, slots=True)
class Placeholder:
    """One `{p}` or `{p:format}` of a template."""

    parameter: str
    format_spec: str | None

    def render(self, value: Value) -> str:
        """Return a value as text; a format for another kind of number is ignored."""
        if self.format_spec is None or isinstance(value, str):
            return plain_text(value)
        wants_whole = self.format_spec[-1] not in "feg"
        if wants_whole is not isinstance(value, int):
            return plain_text(value)
        return format(value, self.format_spec)


Part = str | Placeholder


@lru_cache(maxsize=256)
def placeholder_pattern(names: tuple[str, ...]) -> re.Pattern[str]:
    """Return the regular expression that matches the placeholders of these parameters."""
    listed = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    return re.compile(rf"\{{({listed})(?::([^{{}}]*))?\}}")


def parse_template(text: str, names: tuple[str, ...]) -> tuple[Part, ...] | None:
    """Return the literal parts and placeholders of a text, None if it has no placeholder.

    `{p}` right after `$` belongs to the shell and stays, except inside `${files.…}` and
    `${user_data.…}`, where the `$` before it goes with it.

    Raises:
        SpecError: a format is unknown or too wide.
    """
    if "{" not in text or not names:
        return None
    parts: list[Part] = []
    done = 0
    spans = token_spans(text)
    for match in placeholder_pattern(names).finditer(text):
        start, format_spec = start_of_placeholder(match, spans), match.group(2)
        if start is None:
            continue
        check_format(format_spec, match.group())
        parts += (text[done:start], Placeholder(match.group(1), normal_format(format_spec)))
        done = match.end()
    if not parts:
        return None
    return (*(part for part in parts if part != ""), *([text[done:]] if text[done:] else []))


def start_of_placeholder(match: re.Match[str], spans: Sequence[tuple[int, int]]) -> int | None:
    """Return the offset where a placeholder begins, None if the match is other text.

    Args:
        match: of `placeholder_pattern`.
        spans: start and end of each token in the text.
    """
    start, format_spec = match.start(), match.group(2)
    if format_spec is not None and not FORMAT_LIKE.fullmatch(format_spec):
        return None  # other text, such as jq's {name: .x}
    if match.string[start - 1 : start] != "$":
        return start
    return start - 1 if any(begin < start - 1 and start < end for begin, end in spans) else None


def normal_format(format_spec: str | None) -> str | None:
    """Return a format as Python's format() accepts it."""
    if format_spec is None:
        return None
    return (
        format_spec
        if format_spec[-1].isalpha()
        else format_spec + ("f" if "." in format_spec else "d")
    )


def check_format(format_spec: str | None, shown: str) -> None:
    """Raise for a format that is unknown or would print too many characters.

    Args:
        format_spec: the format, None if the placeholder has none.
        shown: the whole placeholder, for the message.

    Raises:
        SpecError: with what is allowed.
    """
    if format_spec is None:
        return
    match = FORMAT.fullmatch(format_spec)
    if match is None or (match.group(3) and match.group(4) == "d"):
        detail = f"The format of '{shown[:60]}' is not known."
        hint = "Use {p:03d} for whole numbers, and {p:.2f} or {p:.3e} for other numbers."
        raise SpecError([Problem("invalid_format", detail, hint=hint)])
    width = max(int(group[:9]) for group in (match.group(2), match.group(3), "0") if group)
    if width > MAX_FORMAT_WIDTH:
        detail = f"The format of '{shown[:60]}' has a width of {width}."
        hint = f"Use at most {MAX_FORMAT_WIDTH}."
        code, limit = "format_width_too_large", MAX_FORMAT_WIDTH
        raise SpecError([Problem(code, detail, hint=hint, limit=limit, actual=width)])


def substitute_column(
    text: str, columns: Mapping[str, Sequence[Value]], n_rows: int
) -> list[str] | None:
    """Return the text of every row with its placeholders replaced, None if it has none.

    Args:
        text: may contain placeholders.
        columns: the value of each parameter in every row.
        n_rows: the length of each column.

    Raises:
        SpecError: a format is unknown or too wide.
    """
    parts = parse_template(text, tuple(columns))
    if parts is None:
        return None
    pieces: list[Sequence[str]] = []
    for part in parts:
        if isinstance(part, str):
            pieces.append((part,) * n_rows)
        else:
            column = columns[part.parameter]
            shown = {value: part.render(value) for value in set(column)}
            if len({type(value) for value in column}) > 1:  # 1 and 1.0 are one key
                pieces.append([part.render(value) for value in column])
            else:
                pieces.append([shown[value] for value in column])
    return list(map("".join, zip(*pieces, strict=True)))


def parameters_in(text: str, names: tuple[str, ...]) -> set[str]:
    """Return the parameters whose placeholders a text contains."""
    parts = parse_template(text, names) or ()
    return {part.parameter for part in parts if isinstance(part, Placeholder)}


def unknown_placeholder(text: str, names: tuple[str, ...]) -> str | None:
    """Return the first text in braces that looks like a placeholder and names no parameter."""
    candidates = (match.group() for match in LIKE_PLACEHOLDER.finditer(text))
    return next(
        (
            shown
            for shown in candidates
            if not names or not placeholder_pattern(names).fullmatch(shown)
        ),
        None,
    )
