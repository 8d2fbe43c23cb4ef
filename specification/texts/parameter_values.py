"""Values of parameters, from the text of a range or list, and how they combine."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal, localcontext
from typing import NoReturn

from specification.formats.yaml_scalars import FLOAT, INTEGER
from specification.limits import INT64, MAX_EXPANSIONS
from specification.problems import Problem, SpecError

Value = str | int | float
Number = int | Decimal

NUMERIC = re.compile(rf"({FLOAT.pattern})|[-+]?(inf|infinity|nan)", re.IGNORECASE)
ITEM = re.compile(r"""\s*("[^"]*"|'[^']*'|[^,]*)\s*(?:,|$)""")
DASHED = re.compile(r"\{?\s*(-?[0-9]{1,9})\s*(?:-|\.\.\.?)\s*(-?(?!0[0-9])[0-9]{1,9})\s*\}?")
PYTHON_RANGE = re.compile(
    r"range\(\s*(-?[0-9]{1,9})\s*(?:,\s*(-?[0-9]{1,9})\s*)?(?:,\s*([0-9]{1,9})\s*)?\)"
)
WORDS = re.compile(r"[\w.+-]+(?:\s*,\s*[\w.+-]+)+")
LOST_ZERO = re.compile(r"[-+]?0[0-9]+|[-+]?[1-9][0-9]*\.[0-9]*[1-9]0+")
MAX_NUMBER_LENGTH = 400
EXACT = Context(prec=1_600, Emin=MIN_EMIN, Emax=MAX_EMAX)  # enough for all digits of a float


@dataclass(frozen=True, slots=True)
class Combinations:
    """The parameters of one entry, in their order, with all values; every combination is a row."""

    values: Mapping[str, tuple[Value, ...]]
    is_zip: bool = False

    @property
    def n_rows(self) -> int:
        """Return the number of combinations without making them."""
        lengths = [len(values) for values in self.values.values()]
        return min(lengths) if self.is_zip else math.prod(lengths)

    def columns(self) -> dict[str, tuple[Value, ...]]:
        """Return each parameter's value in every combination; the first one varies slowest."""
        if self.is_zip:
            return dict(self.values)
        rows = itertools.product(*self.values.values())
        return dict(zip(self.values, zip(*rows, strict=True), strict=True))


def refuse(code: str, detail: str, **more: str | float) -> NoReturn:
    """Raise one problem."""
    raise SpecError([Problem(code, detail, **more)])  # type: ignore[arg-type]


def plain_text(value: Value) -> str:
    """Return a value as text, without an exponent and without a needless point."""
    if isinstance(value, float):
        if not math.isfinite(value):
            return str(value)
        shown = format(Decimal(repr(value)), "f")
        return shown.rstrip("0").rstrip(".") if "." in shown else shown
    return str(value)


def parse_scalar(text: str) -> Value:
    """Return the number that a text stands for, else the text without its quotes.

    A number of more digits than a number keeps stays the text that it is.
    """
    if INTEGER.fullmatch(text) and len(text) < 20:
        number = int(text)
        return number if INT64[0] <= number <= INT64[1] else text
    if INTEGER.fullmatch(text) or (FLOAT.fullmatch(text) and len(text) > MAX_NUMBER_LENGTH):
        return text
    if FLOAT.fullmatch(text):
        value = float(text)
        is_exact = math.isfinite(value) and Decimal(repr(value)) == Decimal(text)
        return value if is_exact else text
    if len(text) >= 2 and text[0] == text[-1] and text[0] in "'\"":
        return text[1:-1]
    return text


def expand_parameter_value(text: str) -> list[Value]:
    """Return the values that a parameter's text stands for: a range, a list, or one value.

    Raises:
        SpecError: there are no values or too many, or the range is not possible.
    """
    text = text.strip()
    if text[:1] == "{" and text[-1:] == "}" and "," not in text:
        text = text[1:-1].strip()
    if text[:1] == "[" and text[-1:] == "]":
        return expand_list(text[1:-1])
    parts = [part.strip() for part in text.split(":")]
    if len(parts) > 1 and all(NUMERIC.fullmatch(part) for part in parts):
        return expand_range(text, parts)
    return [parse_scalar(text)]


def range_meant(text: str) -> str | None:
    """Return the range or list that a text was probably meant to be, None if it is just a text.

    Such as `1:5` for ``1-5``, ``1..5``, ``range(1, 6)`` and ``[1:5]``, or `[1,2]` for ``1,2``.
    """
    text = text.strip()
    if match := DASHED.fullmatch(text):
        return f"{match.group(1)}:{match.group(2)}"
    if match := PYTHON_RANGE.fullmatch(text):
        numbers = [int(number) for number in match.groups() if number]
        start, end, step = (*(numbers if len(numbers) > 1 else (0, *numbers)), 1)[:3]
        return f"{start}:{end - 1}" + (f":{step}" if step != 1 else "")
    if text[:1] == "[" and text[-1:] == "]" and is_range(text[1:-1]):
        return text[1:-1]
    if WORDS.fullmatch(text):
        return f"[{text}]"
    parts = text.split(":")
    numeric = [bool(NUMERIC.fullmatch(part.strip())) for part in parts]
    if 2 <= len(parts) <= 3 and "//" not in text and any(numeric) and not all(numeric):
        return "start:end with numbers"
    return None


def is_range(text: str) -> bool:
    """Return whether a text is a range of numbers."""
    parts = text.split(":")
    return 2 <= len(parts) <= 3 and all(NUMERIC.fullmatch(part.strip()) for part in parts)


def list_items(inner: str) -> list[str]:
    """Return the items between brackets as they are written."""
    items: list[str] = []
    at = 0
    while at < len(inner):
        match = ITEM.match(inner, at)
        assert match is not None  # its last alternative takes anything up to a comma
        items.append(match.group(1).strip())
        at = match.end()
    return items


def written_items(text: str) -> list[str]:
    """Return the numbers and texts of a parameter's text as they are written."""
    text = text.strip()
    if text[:1] == "[" and text[-1:] == "]":
        return list_items(text[1:-1])
    return [part.strip() for part in text.split(":")] if is_range(text) else [text]


def alike(written: Sequence[str], values: Sequence[Value]) -> tuple[str, str] | None:
    """Return two items that are written differently and stand for the same value."""
    first: dict[str, str] = {}
    for item, value in zip(written, values, strict=False):
        other = first.setdefault(plain_text(value), item)
        if other != item:
            return other, item
    return None


def loses_zero(written: str) -> bool:
    """Return whether a number loses zeros that may matter, as in ``007`` and version ``3.10``."""
    return bool(LOST_ZERO.fullmatch(written))


def expand_list(inner: str) -> list[Value]:
    """Return the items between the brackets; commas inside quotes do not separate items."""
    if not inner.strip():
        refuse("empty_list", "The list [] has no values.", hint="Remove the entry instead.")
    values = list(map(parse_scalar, list_items(inner)))
    check_n_values(len(values), inner)
    return values


def check_n_values(n_values: float, text: str) -> None:
    """Raise if a text gives more values than an entry may have.

    Raises:
        SpecError: with the number of values.
    """
    if n_values > MAX_EXPANSIONS:
        shown = f"{n_values:,.0f}" if n_values < 1e15 else "far more"
        detail = f"'{text[:60]}' gives {shown} values; {MAX_EXPANSIONS:,} are allowed."
        hint = "Use a larger step or a shorter range."
        code, limit = "too_many_expansions", MAX_EXPANSIONS
        refuse(code, detail, hint=hint, limit=limit, actual=n_values)


def expand_range(text: str, parts: list[str]) -> list[Value]:
    """Return the values of start:end or start:end:step, both ends included.

    Raises:
        SpecError: the range is not possible, empty or too long.
    """
    if len(parts) > 3:
        detail = f"The range '{text[:60]}' has more than three parts."
        hint = f'Write start:end:step, or ["{text[:60]}"] for one text.'
        refuse("invalid_range", detail, hint=hint)
    if all(INTEGER.fullmatch(part) for part in parts):
        return integer_range(text, [parse_int64(part, text) for part in parts])
    if not all(math.isfinite(float(part)) for part in parts):
        detail = f"The range '{text[:60]}' is not finite."
        refuse("range_not_finite", detail, hint="Use finite numbers.")
    if max(map(len, parts)) > MAX_NUMBER_LENGTH:
        detail = f"The range '{text[:60]}' contains a number with too many digits."
        refuse("number_out_of_range", detail, hint="Use fewer digits.")
    with localcontext(EXACT):
        start, end, step = (*map(Decimal, parts), Decimal(1))[:3]
        return decimal_range(text, start, end, step)


def parse_int64(part: str, text: str) -> int:
    """Return a whole number of a range.

    Raises:
        SpecError: it does not fit into 64 bits.
    """
    if len(part) > 20 or not INT64[0] <= int(part) <= INT64[1]:
        detail = f"The range '{text[:60]}' contains a number that does not fit into 64 bits."
        refuse("number_out_of_range", detail, hint="Use smaller numbers.")
    return int(part)


def check_step(text: str, start: Number, end: Number, step: Number) -> None:
    """Raise for a step of zero and for a range without values."""
    if step == 0:
        detail = f"The step of the range '{text[:60]}' is zero."
        refuse("range_step_zero", detail, hint="Use a step of 1 or -1.")
    if (end < start) if step > 0 else (end > start):
        detail = f"The range '{text[:60]}' is empty."
        reverse = f"{start}:{end}:{-step}"
        refuse("empty_range", detail, hint=f"To count in the other direction write {reverse}.")


def integer_range(text: str, numbers: list[int]) -> list[Value]:
    """Return the values of a range of whole numbers."""
    start, end, step = (*numbers, 1)[:3]
    check_step(text, start, end, step)
    check_n_values((end - start) // step + 1, text)
    return list(range(start, end + (1 if step > 0 else -1), step))


def decimal_range(text: str, start: Decimal, end: Decimal, step: Decimal) -> list[Value]:
    """Return the numbers start + k x step up to the end, counted in decimals.

    Adding floats instead would lose the end of 0:1000:0.1, write 0.30000000000000004 for 0.3, and
    never end for 0:1e-20:1e-21.
    """
    check_step(text, start, end, step)
    n_steps = (end - start) / step
    check_n_values(min(n_steps, Decimal(10) ** 30).__floor__() + 1, text)
    exact = [start + k * step for k in range(int(n_steps) + 1)]
    values = [float(value) for value in exact]
    if any(Decimal(repr(value)) != written for value, written in zip(values, exact, strict=True)):
        detail = f"The range '{text[:60]}' has values of more digits than a number keeps."
        hint = "Use at most 15 digits, or write the values as a list of quoted texts."
        refuse("range_step_too_small", detail, hint=hint)
    return list(values)
