"""Names by regular expression, in time that does not depend on how the pattern is written."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NoReturn

import re2

from specification.limits import MAX_PATTERN_LENGTH, MAX_PATTERN_MEMORY, MAX_PATTERN_SEARCHES
from specification.names import normal
from specification.problems import Problem, SpecError, nearest

PLAIN = frozenset(" !\"#%&',-/:;<=>@_`~")
QUANTIFIERS = frozenset("*+?{")
LAST = "\U0010ffff"


@dataclass(slots=True)
class SearchBudget:
    """How many names the patterns of one spec may still be compared with."""

    left: int = MAX_PATTERN_SEARCHES

    def spend(self, n_names: int, pattern: str) -> None:
        """Take from the budget.

        Raises:
            SpecError: when it is used up.
        """
        self.left -= n_names
        if self.left < 0:
            detail = f"The regular expressions of this spec take too long (at '{pattern[:60]}')."
            hint = "Begin them with '^' and plain text, or list names under depends_on."
            raise SpecError([Problem("regex_too_complex", detail, hint=hint)])


def is_plain(letter: str) -> bool:
    """Tell whether a character stands for itself in a pattern."""
    return letter.isalnum() or letter in PLAIN or not letter.isascii()


def literal_start(pattern: str) -> tuple[str, str]:
    """Split an anchored pattern into the text that all matches begin with, and the rest.

    The text is empty unless the pattern begins with `^` and has no alternatives.
    """
    if pattern[:1] != "^" or "|" in pattern:
        return "", pattern
    letters: list[tuple[str, int]] = []  # each with where it stands in the pattern
    at = 1
    while at < len(pattern):
        start, escaped = at, pattern[at] == "\\"
        letter = pattern[at + 1 : at + 2] if escaped else pattern[at]
        if not letter or (escaped and letter.isalnum()) or not (escaped or is_plain(letter)):
            break
        letters.append((letter, start))
        at += 2 if escaped else 1
    if letters and pattern[at : at + 1] in QUANTIFIERS and at < len(pattern):
        at = letters.pop()[1]
    return "".join(letter for letter, _ in letters), pattern[at:]


def compile_pattern(pattern: str) -> Any:
    """Compile a pattern with RE2.

    Raises:
        SpecError: with what RE2 dislikes.
    """
    options = re2.Options()
    options.log_errors = False
    options.max_mem = MAX_PATTERN_MEMORY
    try:
        return re2.compile(pattern, options)
    except re2.error as error:
        said = error.args[0] if error.args else ""
        refuse_pattern(pattern, said.decode() if isinstance(said, bytes) else str(said))


def refuse_pattern(pattern: str, said: str) -> NoReturn:
    """Raise for a pattern that RE2 does not take."""
    shown = pattern[:60]
    if "perl operator" in said or (said.startswith("invalid escape") and said[-1:].isdigit()):
        detail = f"The regular expression '{shown}' uses what is not supported: {said}."
        hint = "Look-around and back-references cannot be used."
        raise SpecError([Problem("regex_unsupported", detail, hint=hint)])
    if "repetition size" in said or "too large" in said:
        detail = f"The regular expression '{shown}' is too complex: {said}."
        raise SpecError([Problem("regex_too_complex", detail, hint="Repeat less, or use * and +.")])
    detail = f"The regular expression '{shown}' is not valid: {said}."
    hint = "Write a backslash before characters that are meant as they are."
    raise SpecError([Problem("regex_invalid", detail, hint=hint)])


@dataclass
class NameIndex:
    """Names of one kind, found by name or by pattern."""

    names: Sequence[str]
    budget: SearchBudget
    found: dict[str, tuple[int, ...]] = field(default_factory=dict)

    @cached_property
    def positions(self) -> dict[str, int]:
        """Return where each name stands."""
        return {name: at for at, name in enumerate(self.names)}

    @cached_property
    def ordered(self) -> list[str]:
        """Return the names in the order of their characters."""
        return sorted(self.names)

    def nearest(self, name: str) -> str | None:
        """Return the name most like another."""
        return nearest(name, self.names)

    def match(self, pattern: str) -> tuple[int, ...]:
        """Return the positions of all names in which a pattern is found, ascending.

        Raises:
            SpecError: if the pattern cannot be used.
        """
        known = self.found.get(pattern)
        if known is None:
            known = self.found[pattern] = tuple(sorted(self.search(normal(pattern))))
        return known

    def search(self, pattern: str) -> list[int]:
        """Do what match does, once per pattern."""
        if len(pattern) > MAX_PATTERN_LENGTH:
            detail = f"A regular expression has {len(pattern):,} characters."
            hint = f"Use at most {MAX_PATTERN_LENGTH:,}."
            code, limit = "regex_too_long", MAX_PATTERN_LENGTH
            problem = Problem(code, detail, hint=hint, limit=limit, actual=len(pattern))
            raise SpecError([problem])
        start, rest = literal_start(pattern)
        if start and rest == "$":
            return [self.positions[start]] if start in self.positions else []
        candidates = self.beginning_with(start) if start else self.names
        if start and rest in ("", ".*", ".*$"):
            return [self.positions[name] for name in candidates]
        compiled = compile_pattern(pattern)
        self.budget.spend(len(candidates), pattern)
        search = compiled.search
        return [self.positions[name] for name in candidates if search(name)]

    def beginning_with(self, start: str) -> Sequence[str]:
        """Return the names that begin with a text."""
        names = self.ordered
        return names[bisect_left(names, start) : bisect_left(names, start + LAST)]
