"""Problems of a spec: what is wrong, where, and what to do about it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

SpecPath = tuple[str | int, ...]

NEAREST_AMONG = 2_000  # difflib is slow: of more names only those that begin alike are compared
TYPICAL_NAME = 30  # of longer names fewer are compared
LONGEST_COMPARED = 255


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, for a person (detail, hint) and for a program (code, pointer)."""

    code: str
    detail: str
    line: int | None = None
    column: int | None = None
    pointer: str | None = None
    hint: str | None = None
    limit: int | float | None = None
    actual: int | float | None = None


class SpecError(Exception):
    """A spec cannot become a workflow; `problems` holds at most 20 reasons."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(problem.detail for problem in self.problems))


def json_pointer(path: SpecPath) -> str:
    """Return a path as a JSON pointer (RFC 6901)."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)


def parse_pointer(pointer: str) -> SpecPath:
    """Return the path that a JSON pointer stands for; all its parts are text."""
    return tuple(part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:])


def path_text(path: SpecPath) -> str:
    """Return a path as messages show it: ``jobs[0].depends_on[1]``."""
    text = "".join(f"[{part}]" if str(part).isdecimal() else f".{part}" for part in path)
    return text.lstrip(".") or "The spec"


def nearest(name: str, known: Sequence[str]) -> str | None:
    """Return the known name that is most similar to this one, None if none is similar."""
    name = name[:LONGEST_COMPARED]
    n_compared = NEAREST_AMONG * TYPICAL_NAME**2 // max(len(name), TYPICAL_NAME) ** 2
    if len(known) > n_compared:
        start = name[:3]
        known = [other for other in known if other.startswith(start)][:n_compared]
    matches = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    return matches[0] if matches else None


def nearest_names(name: str, known: Sequence[str]) -> list[str]:
    """Return the few names of a short list that are similar to this one, the nearest first."""
    return difflib.get_close_matches(name[:LONGEST_COMPARED], known, n=3, cutoff=0.6)


def did_you_mean(name: str, known: Sequence[str]) -> str:
    """Return the end of a sentence: a question with the nearest name, or a full stop."""
    near = nearest(name, known)
    return f"; did you mean '{near}'?" if near else "."
