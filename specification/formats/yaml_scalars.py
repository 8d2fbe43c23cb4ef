"""Scalars of YAML 1.2's core schema: `1:50`, `no` and dates are text, `010` is ten."""

from __future__ import annotations

import math
import re

Scalar = str | int | float | bool | None

CONSTANTS: dict[str, Scalar] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True,
    "false": False, "False": False, "FALSE": False,
}  # fmt: skip
NUMBER_START = frozenset("+-.0123456789")
MAX_DIGITS = 400  # far beyond every range we accept, far below where int() refuses

INTEGER = re.compile(r"[-+]?[0-9]+")
BASED = re.compile(r"0x[0-9a-fA-F]+|0o[0-7]+")
FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
SPECIAL = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")


class WrittenNumber(float):
    """A number that remembers how it was written, such as 1E5 or 3.14159265358979323846."""

    __slots__ = ("text",)
    text: str

    def __repr__(self) -> str:
        """Return the number as it was written."""
        return self.text


class TooManyDigits(ValueError):
    """A whole number has more digits than any number that is accepted."""


def resolve_plain(text: str) -> Scalar:
    """Return what an unquoted scalar means.

    Raises:
        TooManyDigits: it is a whole number of more than 400 digits.
    """
    if text in CONSTANTS:
        return CONSTANTS[text]
    if text[0] in NUMBER_START:
        return resolve_number(text)
    return text


def resolve_number(text: str) -> str | int | float:
    """Return the number that a plain scalar stands for, or the text itself."""
    if INTEGER.fullmatch(text):
        if len(text) > MAX_DIGITS:
            raise TooManyDigits
        return int(text)
    if FLOAT.fullmatch(text):
        return read_float(text)
    if SPECIAL.fullmatch(text):
        return float(text.replace(".", "", 1))
    if BASED.fullmatch(text):
        if len(text) > MAX_DIGITS:
            raise TooManyDigits
        return int(text, 0)
    return text


def read_float(text: str) -> float:
    """Return a number, which remembers its text if Python would write it differently."""
    value = float(text)
    if repr(value) == text or not math.isfinite(value):
        return value
    number = WrittenNumber(value)
    number.text = json_number(text)
    return number


def json_number(text: str) -> str:
    """Return a number of YAML as JSON has it: `+.5` is `0.5`, and `01.` is `1.0`."""
    sign = "-" if text[0] == "-" else ""
    mantissa, exponent_mark, exponent = text.lstrip("+-").replace("E", "e").partition("e")
    whole, point, fraction = mantissa.partition(".")
    number = sign + (whole.lstrip("0") or "0") + (point and "." + (fraction or "0"))
    if not exponent_mark:
        return number
    return number + ("E" if "E" in text else "e") + exponent


def resolve_tagged(tag: str, text: str) -> Scalar:
    """Return the value of a scalar with an explicit core tag such as `!!int`.

    Raises:
        ValueError: the text is not of that type.
    """
    if tag in {"str", "!"}:
        return text
    value = resolve_plain(text)
    if tag == "float" and type(value) is int:
        return float(value)
    types: dict[str, tuple[type, ...]] = {
        "int": (int,),
        "float": (float,),
        "bool": (bool,),
        "null": (type(None),),
    }
    if type(value) is WrittenNumber and tag == "float":
        return value
    if type(value) not in types.get(tag, ()):
        raise ValueError(tag)
    return value
