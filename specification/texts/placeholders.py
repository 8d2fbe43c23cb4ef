"""Placeholders `{p}`, `{p:format}` and `{p:re}`: replaced once, from left to right.

A value that is put in is never searched for placeholders itself.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, repeat

from specification.limits import MAX_FORMAT_WIDTH
from specification.problems import Problem, SpecError
from specification.texts.command_tokens import token_spans
from specification.texts.parameter_values import Value, plain_text

FORMAT = re.compile(r"(0?)([0-9]*)(?:\.([0-9]+))?([dfeg]?)")
FORMAT_LIKE = re.compile(r"(?=.)[<>^=+#_0-9.,-]*[A-Za-z%]?\??")
LIKE_PLACEHOLDER = re.compile(r"(?<![${])\{([A-Za-z_][A-Za-z0-9_]*)(?::[0-9.]*[dfeg]?|:re)?\}")


@dataclass(frozen=True, slots=True)
class Placeholder:
    """One `{p}` or `{p:format}` of a template."""

    parameter: str
    format_spec: str | None

    def render_all(
        self, values: Sequence[Value], quote: Callable[[str], str] | None = None
    ) -> list[str]:
        """Return several values as texts, of which equal ones are rendered once."""
        render = self.render if quote is None else lambda value: quote(self.render(value))
        if len(set(map(type, values))) > 1:  # 1 and 1.0 are one key
            return list(map(render, values))
        texts = {value: render(value) for value in set(values)}
        return [texts[value] for value in values]

    def render(self, value: Value) -> str:
        """Return a value as text; a format for another kind of number is ignored."""
        if self.format_spec == ESCAPED:
            return re.escape(plain_text(value))
        if self.format_spec is None or isinstance(value, str):
            return plain_text(value)
        wants_whole = self.format_spec[-1] not in "feg"
        if wants_whole is not isinstance(value, int):
            return plain_text(value)
        return format(value, self.format_spec)


Part = str | Placeholder
PLACEHOLDER = re.compile(r"\{([A-Za-z_][A-Za-z0-9_.-]*)(?::([^{}]*))?\}")
ESCAPED = "re"  # {p:re} is the value as a pattern that matches exactly it
STRING_BYTES = 56  # of a text in memory beside its characters
PART_BYTES = 8


def parse_template(text: str, names: tuple[str, ...]) -> tuple[Part, ...] | None:
    """Return the literal parts and placeholders of a text, None if it has no placeholder.

    `{{p}}` stands for the text `{p}`, and `{{{p}}}` for the value in braces. `{p}` right after `$`
    belongs to the shell and stays, except inside `${files.…}` and `${user_data.…}`, where the `$`
    before it goes with it.

    Raises:
        SpecError: a format is unknown or too wide.
    """
    if "{" not in text or not names:
        return None
    parts: list[Part] = []
    done = 0
    spans = Spans(token_spans(text) if "${" in text else ())
    for match in PLACEHOLDER.finditer(text):
        if match.group(1) not in names:
            continue
        start, format_spec = start_of_placeholder(match, spans), match.group(2)
        if start is None:
            continue
        end = match.end()
        n_braces = braces_around(text, start, end) if text[end : end + 1] == "}" else 0
        if n_braces == 1:
            parts += (text[done : start - 1], match.group())
        else:
            check_format(format_spec, match.group())
            before = text[done : start - (n_braces == 2)]
            parts += (before, Placeholder(match.group(1), normal_format(format_spec)))
        done = end + (n_braces > 0)
    if not parts:
        return None
    return (*(part for part in parts if part != ""), *([text[done:]] if text[done:] else []))


def braces_around(text: str, start: int, end: int) -> int:
    """Return 1 if a placeholder has one more brace on both sides, 2 if it has two, else 0.

    Braces that begin with the shell's `${` do not count.
    """
    outer = start
    while outer > 0 and text[outer - 1] == "{" and start - outer < 3:
        outer -= 1
    n_closing = next((n for n in range(3) if text[end + n : end + n + 1] != "}"), 3)
    n_opening = start - outer
    if n_opening != n_closing or n_opening > 2 or text[outer - 1 : outer] == "$":
        return 0
    return n_opening


class Spans:
    """The tokens of a text, asked whether they contain an offset."""

    def __init__(self, spans: Sequence[tuple[int, int]]) -> None:
        self.starts = [start for start, _ in spans]
        self.reach = list(accumulate((end for _, end in spans), max))

    def contain(self, start: int) -> bool:
        """Return whether a token begins before this offset and ends after it."""
        at = bisect_left(self.starts, start) - 1
        return at >= 0 and start + 1 < self.reach[at]


def start_of_placeholder(match: re.Match[str], spans: Spans) -> int | None:
    """Return the offset where a placeholder begins, None if the match is other text.

    Args:
        match: of `PLACEHOLDER`.
        spans: the tokens in the text.
    """
    start, format_spec = match.start(), match.group(2)
    if format_spec not in (None, ESCAPED) and not FORMAT_LIKE.fullmatch(format_spec):
        return None  # other text, such as jq's {name: .x}
    if match.string[start - 1 : start] != "$":
        return start
    return start - 1 if spans.contain(start - 1) else None


def normal_format(format_spec: str | None) -> str | None:
    """Return a format as Python's format() accepts it."""
    if format_spec is None or format_spec == ESCAPED:
        return format_spec
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
    if format_spec is None or format_spec == ESCAPED:
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
    text: str,
    columns: Mapping[str, Sequence[Value]],
    n_rows: int,
    spend: Callable[[int], None] = lambda _: None,
    quote: Callable[[str], str] | None = None,
) -> list[str] | None:
    """Return the text of every row with its placeholders replaced, None if it has none.

    Args:
        text: may contain placeholders.
        columns: the value of each parameter in every row.
        n_rows: the length of each column.
        spend: takes the bytes that the texts need, before they are made; may raise.
        quote: is applied to each value that is put in.

    Raises:
        SpecError: a format is unknown or too wide.
    """
    parts = parse_template(text, tuple(columns))
    if parts is None:
        return None
    literals = [part for part in parts if isinstance(part, str)]
    spend(n_rows * (STRING_BYTES + PART_BYTES * len(parts) + sum(map(n_bytes, literals))))
    counts = Counter(part for part in parts if isinstance(part, Placeholder))
    rendered = {part: part.render_all(columns[part.parameter], quote) for part in counts}
    spend(sum(sum(map(n_bytes, rendered[part])) * count for part, count in counts.items()))
    pieces = [repeat(part, n_rows) if isinstance(part, str) else rendered[part] for part in parts]
    return list(map("".join, zip(*pieces, strict=True)))


def n_bytes(text: str) -> int:
    """Return how many bytes the characters of a text take in memory, at most."""
    return len(text) if text.isascii() else 4 * len(text)


def parameters_in(text: str, names: tuple[str, ...]) -> set[str]:
    """Return the parameters whose placeholders a text contains."""
    parts = well_formed_parts(text, names)
    return {part.parameter for part in parts if isinstance(part, Placeholder)}


def has_placeholder(text: str, names: tuple[str, ...], *, escaped: bool = True) -> str | None:
    """Return the first parameter whose placeholder a text contains, None if it has none of them.

    Args:
        text: may contain placeholders.
        names: the parameters.
        escaped: whether `{p:re}` counts.
    """
    if "{" not in text:
        return None
    parts = well_formed_parts(text, names)
    placeholders = (part for part in parts if isinstance(part, Placeholder))
    wanted = (part for part in placeholders if escaped or part.format_spec != ESCAPED)
    return next((part.parameter for part in wanted), None)


def well_formed_parts(text: str, names: tuple[str, ...]) -> tuple[Part, ...]:
    """Return the parts of a text, none if it is not a template; mistakes are reported elsewhere."""
    try:
        return parse_template(text, names) or ()
    except SpecError:
        return ()


def unknown_placeholder(text: str, names: tuple[str, ...]) -> str | None:
    """Return the first text in braces that looks like a placeholder and names no parameter."""
    for match in LIKE_PLACEHOLDER.finditer(text):
        if match.group(1) not in names:
            return match.group()
    return None
