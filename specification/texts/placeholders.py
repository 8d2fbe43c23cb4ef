"""`{p}` and `{p:format}`: filled once, from left to right, values never looked at again."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from specification.limits import MAX_FORMAT_WIDTH
from specification.problems import Problem, SpecError
from specification.texts.parameter_values import Value, plain
from specification.texts.tokens import token_spans

FORMAT = re.compile(r"(0?)([0-9]*)(?:\.([0-9]+))?([dfeg]?)")
FORMAT_LIKE = re.compile(r"(?=.)[<>^=+#_0-9.,-]*[A-Za-z%]?\??")
UNKNOWN = re.compile(r"(?<!\$)\{[A-Za-z_][A-Za-z0-9_]*(?::[0-9.]*[dfeg]?)?\}")


@dataclass(frozen=True, slots=True)
class Placeholder:
    """One `{p}` or `{p:format}` of a template."""

    parameter: str
    spec: str | None

    def render(self, value: Value) -> str:
        """Write a value; a format for another kind of number prints it plainly."""
        if self.spec is None or isinstance(value, str):
            return plain(value)
        wants_whole = self.spec[-1] not in "feg"
        if wants_whole is not isinstance(value, int):
            return plain(value)
        return format(value, self.spec)


Part = str | Placeholder


@lru_cache(maxsize=256)
def finder(names: tuple[str, ...]) -> re.Pattern[str]:
    """Return the pattern of the placeholders of these parameters."""
    listed = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    return re.compile(rf"\{{({listed})(?::([^{{}}]*))?\}}")


def parse_template(text: str, names: tuple[str, ...]) -> tuple[Part, ...] | None:
    """Split a text into literal parts and placeholders; None if it has no placeholder.

    `{p}` right after `$` belongs to the shell and stays, except inside `${files.…}` and
    `${user_data.…}`, where the `$` before it goes with it.

    Raises:
        SpecError: for a format that is not understood.
    """
    if "{" not in text or not names:
        return None
    parts: list[Part] = []
    done = 0
    spans: list[tuple[int, int]] | None = None
    for match in finder(names).finditer(text):
        start, spec = match.start(), match.group(2)
        if spec is not None and not FORMAT_LIKE.fullmatch(spec):
            continue  # not a format but text such as jq's {name: .x}
        if start and text[start - 1] == "$":
            spans = token_spans(text) if spans is None else spans
            if not any(begin < start - 1 and start < end for begin, end in spans):
                continue
            start -= 1
        check_format(spec, match.group())
        parts += (text[done:start], Placeholder(match.group(1), normal_format(spec)))
        done = match.end()
    if not parts:
        return None
    return (*(part for part in parts if part != ""), *([text[done:]] if text[done:] else []))


def normal_format(spec: str | None) -> str | None:
    """Return a format as Python's format() takes it."""
    if spec is None:
        return None
    return spec if spec[-1].isalpha() else spec + ("f" if "." in spec else "d")


def check_format(spec: str | None, shown: str) -> None:
    """Refuse formats that are unknown or would print without end.

    Raises:
        SpecError: with what is allowed.
    """
    if spec is None:
        return
    match = FORMAT.fullmatch(spec)
    if match is None or (match.group(3) and match.group(4) == "d"):
        detail = f"The format of '{shown[:60]}' is not known."
        hint = "Use {p:03d} for whole numbers, {p:.2f} or {p:.3e} for others."
        raise SpecError([Problem("invalid_format", detail, hint=hint)])
    width = max(int(group[:9]) for group in (match.group(2), match.group(3), "0") if group)
    if width > MAX_FORMAT_WIDTH:
        detail = f"The format of '{shown[:60]}' asks for {width} places."
        hint = f"Use at most {MAX_FORMAT_WIDTH}."
        code, limit = "format_width_too_large", MAX_FORMAT_WIDTH
        raise SpecError([Problem(code, detail, hint=hint, limit=limit, actual=width)])


def fill_column(text: str, columns: Mapping[str, Sequence[Value]], n_rows: int) -> list[str] | None:
    """Return the text filled for every row, or None if all rows have the text itself.

    Raises:
        SpecError: for a format that is not understood.
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
    """Return which parameters a text mentions as placeholders."""
    parts = parse_template(text, names) or ()
    return {part.parameter for part in parts if isinstance(part, Placeholder)}


def unknown_placeholder(text: str, names: tuple[str, ...]) -> str | None:
    """Return the first thing that looks like a placeholder of no parameter."""
    found = (match.group() for match in UNKNOWN.finditer(text))
    return next((shown for shown in found if not names or not finder(names).fullmatch(shown)), None)
