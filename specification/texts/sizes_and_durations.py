"""Memory sizes and runtimes, from the text of a spec to bytes and seconds."""

from __future__ import annotations

import math
import re
from decimal import Decimal
from typing import NoReturn

from specification.limits import MEMORY_BYTES, RUNTIME_SECONDS
from specification.problems import Problem, SpecError

MEMORY = re.compile(r"([0-9]{1,18})([kmgtKMGT]?)")
POWERS = {"": 0, "k": 1, "m": 2, "g": 3, "t": 4}
NUMBER = r"([0-9]{1,12}(?:[.,][0-9]{1,9})?)"
DURATION = re.compile(
    rf"P(?:{NUMBER}Y)?(?:{NUMBER}M)?(?:{NUMBER}W)?(?:{NUMBER}D)?"
    rf"(T(?=[0-9])(?:{NUMBER}H)?(?:{NUMBER}M)?(?:{NUMBER}S)?)?"
)
MEMORY_LIKE = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,3})?)\s*(?:([kmgt])i?b?|)", re.IGNORECASE)
CLOCK = re.compile(r"[0-9]{1,4}:[0-5][0-9](:[0-5][0-9])?")
DURATION_LIKE = re.compile(r"([0-9]{1,6})\s*(s|m|h|d|w)[a-z]*")
WORDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
LIKELY_GIGABYTES = 1024
YEAR, MONTH, WEEK, DAY = 31_557_600, 2_629_800, 604_800, 86_400
UNITS = {1: YEAR, 2: MONTH, 3: WEEK, 4: DAY, 6: 3600, 7: 60, 8: 1}


def parse_memory(text: str) -> int:
    """Return the bytes of a size such as `512m` or `16g` (powers of 1024).

    Raises:
        SpecError: the text is not a size, or outside 1 MiB to 64 TiB.
    """
    match = MEMORY.fullmatch(text)
    if match is None:
        detail = f"The memory '{text[:40]}' is not a whole number with one of the units k, m, g, t."
        refuse(Problem("invalid_memory", detail, hint=memory_hint(text)))
    n_bytes = int(match.group(1)) << (10 * POWERS[match.group(2).lower()])
    low, high = MEMORY_BYTES
    if not low <= n_bytes <= high:
        detail = f"The memory '{text}' is outside 1m to 64t."
        limit = low if n_bytes < low else high
        hint = "Numbers without a unit are bytes." if n_bytes < low else "Use at most 64t."
        refuse(Problem("out_of_range", detail, hint=hint, limit=limit, actual=n_bytes))
    return n_bytes


def parse_runtime(text: str) -> int:
    """Return the seconds of an ISO 8601 duration such as `PT30M` or `P1DT12H`, rounded up.

    Raises:
        SpecError: the text is not a duration, or outside one second to 366 days.
    """
    match = DURATION.fullmatch(text)
    parts = {} if match is None else {at: match.group(at) for at in UNITS if match.group(at)}
    if not parts:
        detail = f"The runtime '{text[:40]}' is not an ISO 8601 duration."
        refuse(Problem("invalid_runtime", detail, hint=runtime_hint(text)))
    exact = sum(float(part.replace(",", ".")) * UNITS[at] for at, part in parts.items())
    seconds = math.ceil(exact)
    low, high = RUNTIME_SECONDS
    if not low <= seconds <= high:
        detail = f"The runtime '{text}' is outside one second to 366 days."
        limit = low if seconds < low else high
        hint = "Use at least PT1S and at most P366D."
        refuse(Problem("out_of_range", detail, hint=hint, limit=limit, actual=seconds))
    return seconds


def memory_hint(text: str) -> str:
    """Return how to write what was probably meant: `4g` for ``4 GB``, `4608m` for ``4.5g``."""
    match = MEMORY_LIKE.fullmatch(text.strip())
    if match is None:
        return "Write 512m, 16g or 1t."
    number, unit = Decimal(match.group(1)), (match.group(2) or "").lower()
    if not unit:
        shown = f"{math.ceil(number)}"
        gigabytes = f", or {shown}g if these are GiB" if number < LIKELY_GIGABYTES else ""
        return f"Write {shown}m if these are MiB{gigabytes}."
    while number % 1 and unit != "k":
        number, unit = number * 1024, "kmgt"["kmgt".index(unit) - 1]
    return f"Write {math.ceil(number)}{unit}."


def runtime_hint(text: str) -> str:
    """Return how to write what was probably meant: `PT2H` for ``2h``, ``02:00:00`` or 7200."""
    seconds = seconds_meant(text.strip().lower())
    if not seconds:
        return "Write PT30M, PT4H or P1DT12H."
    shown = iso_duration(seconds)
    return f"Write {shown} if these are seconds." if text.isdecimal() else f"Write {shown}."


def seconds_meant(text: str) -> int | None:
    """Return the seconds of a duration that is not written as ISO 8601, None if it is unclear."""
    if CLOCK.fullmatch(text):
        hours, minutes, seconds = (*map(int, text.split(":")), 0)[:3]
        return hours * 3600 + minutes * 60 + seconds
    if text.isdecimal() and len(text) < 10:
        return int(text)
    if DURATION.fullmatch(text.upper()) and len(text) > 2:
        return parse_runtime(text.upper())
    match = DURATION_LIKE.fullmatch(text)
    return int(match.group(1)) * WORDS[match.group(2)] if match else None


def iso_duration(seconds: int) -> str:
    """Return seconds as ISO 8601: `PT2H`, `P1DT12H`."""
    days, rest = divmod(seconds, DAY)
    hours, rest = divmod(rest, 3600)
    minutes, rest = divmod(rest, 60)
    time = "".join(f"{n}{unit}" for n, unit in ((hours, "H"), (minutes, "M"), (rest, "S")) if n)
    return "P" + (f"{days}D" if days else "") + (f"T{time}" if time else "")


def refuse(problem: Problem) -> NoReturn:
    """Raise one problem."""
    raise SpecError([problem])
