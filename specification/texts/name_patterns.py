"""Names that match a regular expression, in time linear in the names whatever the pattern is."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NoReturn

import re2

from specification.limits import MAX_PATTERN_LENGTH, MAX_PATTERN_MEMORY, MAX_PATTERN_SEARCHES
from specification.names import normalize_name
from specification.problems import Problem, SpecError, nearest

LITERALS = frozenset(" !\"#%&',-/:;<=>@_`~")
QUANTIFIERS = frozenset("*+?{")
LAST_CHARACTER = "\U0010ffff"


@dataclass(slots=True)
class SearchBudget:
    """How many comparisons with names are left to the patterns of one spec."""

    left: int = MAX_PATTERN_SEARCHES

    def spend(self, n_names: int, pattern: str) -> None:
        """Take the comparisons of one pattern from the budget.

        Raises:
            SpecError: the budget is used up.
        """
        self.left -= n_names
        if self.left < 0:
            detail = f"The regular expressions of this spec take too long (at '{pattern[:60]}')."
            hint = "Begin each with '^' and plain text, or list names under depends_on."
            raise SpecError([Problem("regex_too_complex", detail, hint=hint)])


def is_literal(letter: str) -> bool:
    """Return whether a character stands for itself in a pattern."""
    return letter.isalnum() or letter in LITERALS or not letter.isascii()


def literal_prefix(pattern: str) -> tuple[str, str]:
    """Return the text that all matches of a pattern begin with, and the rest of the pattern.

    The text is empty unless the pattern begins with `^` and has no alternatives.
    """
    if pattern[:1] != "^" or "|" in pattern:
        return "", pattern
    letters: list[tuple[str, int]] = []  # each with its offset in the pattern
    at = 1
    while at < len(pattern):
        start, escaped = at, pattern[at] == "\\"
        letter = pattern[at + 1 : at + 2] if escaped else pattern[at]
        if not letter or (escaped and letter.isalnum()) or not (escaped or is_literal(letter)):
            break
        letters.append((letter, start))
        at += 2 if escaped else 1
    if letters and pattern[at : at + 1] in QUANTIFIERS and at < len(pattern):
        at = letters.pop()[1]
    return "".join(letter for letter, _ in letters), pattern[at:]


def compile_pattern(pattern: str) -> Any:
    """Return a pattern as RE2 compiles it.

    Raises:
        SpecError: RE2 does not accept it.
    """
    options = re2.Options()
    options.log_errors = False
    options.max_mem = MAX_PATTERN_MEMORY
    try:
        return re2.compile(pattern, options)
    except re2.error as error:
        reason = error.args[0] if error.args else ""
        refuse_pattern(pattern, reason.decode() if isinstance(reason, bytes) else str(reason))


def refuse_pattern(pattern: str, reason: str) -> NoReturn:
    """Raise for a pattern that RE2 does not accept, with RE2's reason."""
    shown = pattern[:60]
    if "perl operator" in reason or (reason.startswith("invalid escape") and reason[-1:].isdigit()):
        detail = f"The regular expression '{shown}' uses an unsupported feature: {reason}."
        hint = "Look-around and back-references cannot be used."
        raise SpecError([Problem("regex_unsupported", detail, hint=hint)])
    if "repetition size" in reason or "too large" in reason:
        detail = f"The regular expression '{shown}' is too complex: {reason}."
        raise SpecError([Problem("regex_too_complex", detail, hint="Repeat less, or use * and +.")])
    detail = f"The regular expression '{shown}' is not valid: {reason}."
    hint = "Write a backslash before characters that stand for themselves."
    raise SpecError([Problem("regex_invalid", detail, hint=hint)])


@dataclass
class NameIndex:
    """Names of one kind, whose positions are looked up by name or by pattern."""

    names: Sequence[str]
    budget: SearchBudget
    matches: dict[str, tuple[int, ...]] = field(default_factory=dict)

    @cached_property
    def positions(self) -> dict[str, int]:
        """Return the position of each name."""
        return {name: at for at, name in enumerate(self.names)}

    @cached_property
    def ordered(self) -> list[str]:
        """Return the names in the order of their code points."""
        return sorted(self.names)

    def nearest(self, name: str) -> str | None:
        """Return the name that is most similar to this one, None if none is similar."""
        return nearest(name, self.names)

    def match(self, pattern: str) -> tuple[int, ...]:
        """Return the positions of all names in which a pattern matches anywhere, ascending.

        Raises:
            SpecError: the pattern cannot be used.
        """
        positions = self.matches.get(pattern)
        if positions is None:
            positions = tuple(sorted(self.search(normalize_name(pattern))))
            self.matches[pattern] = positions
        return positions

    def search(self, pattern: str) -> list[int]:
        """Return the positions of the names in which a pattern matches, in any order.

        Raises:
            SpecError: the pattern cannot be used.
        """
        if len(pattern) > MAX_PATTERN_LENGTH:
            detail = f"A regular expression has {len(pattern):,} characters."
            hint = f"Use at most {MAX_PATTERN_LENGTH:,}."
            code, limit = "regex_too_long", MAX_PATTERN_LENGTH
            problem = Problem(code, detail, hint=hint, limit=limit, actual=len(pattern))
            raise SpecError([problem])
        start, rest = literal_prefix(pattern)
        if start and rest == "$":
            return [self.positions[start]] if start in self.positions else []
        candidates = self.with_prefix(start) if start else self.names
        if start and rest in ("", ".*", ".*$"):
            return [self.positions[name] for name in candidates]
        compiled = compile_pattern(pattern)
        self.budget.spend(len(candidates), pattern)
        search = compiled.search
        return [self.positions[name] for name in candidates if search(name)]

    def with_prefix(self, prefix: str) -> Sequence[str]:
        """Return the names that begin with a text."""
        names = self.ordered
        return names[bisect_left(names, prefix) : bisect_left(names, prefix + LAST_CHARACTER)]
