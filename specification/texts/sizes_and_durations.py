"""Memory sizes and runtimes, from the text of a spec to bytes and seconds."""

from __future__ import annotations

import math
import re
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
        refuse(Problem("invalid_memory", detail, hint="Write 512m, 16g or 1t."))
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
        refuse(Problem("invalid_runtime", detail, hint="Write PT30M, PT4H or P1DT12H."))
    exact = sum(float(part.replace(",", ".")) * UNITS[at] for at, part in parts.items())
    seconds = math.ceil(exact)
    low, high = RUNTIME_SECONDS
    if not low <= seconds <= high:
        detail = f"The runtime '{text}' is outside one second to 366 days."
        limit = low if seconds < low else high
        hint = "Use at least PT1S and at most P366D."
        refuse(Problem("out_of_range", detail, hint=hint, limit=limit, actual=seconds))
    return seconds


def refuse(problem: Problem) -> NoReturn:
    """Raise one problem."""
    raise SpecError([problem])
