"""Names that match a regular expression, in bounded time whatever the patterns are."""

from __future__ import annotations

import re
import time
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NoReturn

import re2

from specification.limits import (
    MAX_MATCHED_NAMES,
    MAX_PATTERN_LENGTH,
    MAX_PATTERN_MEMORY,
    MAX_PATTERN_SECONDS,
)
from specification.names import normalize_name
from specification.problems import Problem, SpecError, nearest

LITERALS = frozenset(" !\"#%&',-/:;<=>@_`~")
QUANTIFIERS = frozenset("*+?{")
LAST_CHARACTER = "\U0010ffff"
PLAIN = re.compile(r"[^\\^$.|?*+()\[\]{}]+")
ONE_BY_ONE = re.compile(r"\\[AzCQ]|\(\?[^:P]")  # means something else where names are joined
SECONDS_PER_STEP = 1e-8  # at worst, for one byte and one instruction of a compiled pattern
CHUNK_SECONDS = 0.2


@dataclass(slots=True)
class SearchBudget:
    """The CPU seconds and the matches that are left to the patterns of one spec."""

    seconds: float = MAX_PATTERN_SECONDS
    n_matches: int = MAX_MATCHED_NAMES

    @property
    def is_spent(self) -> bool:
        """Return whether no other pattern can be looked up."""
        return self.seconds < 0 or self.n_matches < 0

    @contextmanager
    def timed(self, pattern: str) -> Iterator[None]:
        """Take the CPU time of the block from the budget.

        Raises:
            SpecError: the budget is used up.
        """
        start = time.thread_time()
        try:
            yield
        finally:
            self.seconds -= time.thread_time() - start
        self.check(pattern)

    def check(self, pattern: str, seconds: float = 0.0) -> None:
        """Raise if the time is used up once these seconds are spent, too.

        Raises:
            SpecError: it is.
        """
        if self.seconds - seconds < 0:
            self.seconds = -1.0
            detail = f"The regular expressions of this spec take too long (at '{pattern[:60]}')."
            hint = "Begin each with '^' and plain text, or list names under depends_on."
            raise SpecError([Problem("regex_too_complex", detail, hint=hint)])

    def add_matches(self, n_names: int, pattern: str) -> None:
        """Take the names that a pattern matches from the budget.

        Raises:
            SpecError: the budget is used up.
        """
        self.n_matches -= n_names
        if self.n_matches < 0:
            detail = f"All patterns together match too many names (at '{pattern[:60]}')."
            hint = "Put a job between two stages that waits for all jobs of the first."
            limit = MAX_MATCHED_NAMES
            raise SpecError([Problem("too_many_dependencies", detail, hint=hint, limit=limit)])


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
    try:
        return re2.compile(pattern, search_options())
    except re2.error as error:
        reason = error.args[0] if error.args else ""
        refuse_pattern(pattern, reason.decode() if isinstance(reason, bytes) else str(reason))


def search_options() -> Any:
    """Return the options of all patterns: little memory, and lines that are never crossed."""
    options = re2.Options()
    options.log_errors = False
    options.max_mem = MAX_PATTERN_MEMORY
    options.never_nl = True
    options.never_capture = True
    return options


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
    hint = (
        "Write \\ before characters that stand for themselves, and {p:re} for a parameter's value."
    )
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

    @cached_property
    def ordered_from_end(self) -> list[str]:
        """Return the names spelled backwards, in the order of their code points."""
        return sorted(name[::-1] for name in self.names)

    @cached_property
    def joined(self) -> bytes:
        """Return all names, each on a line of its own."""
        return "\n".join(self.names).encode()

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
            with self.budget.timed(pattern):
                names = self.search(normalize_name(pattern))
                known = self.positions
                positions = tuple(sorted({known[name] for name in names if name in known}))
            self.matches[pattern] = positions
        return positions

    def search(self, pattern: str) -> Sequence[str]:
        """Return the names in which a pattern matches, in any order.

        Raises:
            SpecError: the pattern cannot be used.
        """
        check_length(pattern)
        start, rest = literal_prefix(pattern)
        if start and rest == "$":
            return [start]
        if start:
            names = names_with_prefix(self.ordered, start)
            if rest in ("", ".*", ".*$"):
                self.budget.add_matches(len(names), pattern)
                return names
            return self.by_expression(pattern, names)
        if pattern[-1:] == "$" and PLAIN.fullmatch(pattern, 0, len(pattern) - 1):
            names = names_with_prefix(self.ordered_from_end, pattern[-2::-1])
            self.budget.add_matches(len(names), pattern)
            return [name[::-1] for name in names]
        return self.by_expression(pattern, self.names)

    def by_expression(self, pattern: str, names: Sequence[str]) -> Sequence[str]:
        """Return those of some names in which a pattern matches.

        Names are searched together, one on each line, which is fifty times faster than one by one.
        """
        if "(" in pattern or ")" in pattern or ONE_BY_ONE.search(pattern):
            compiled = compile_pattern(pattern)  # it must be valid without what is put around it
            if ONE_BY_ONE.search(pattern):
                return self.one_by_one(compiled, pattern, names)
        try:
            whole = re2.compile(f"(?m)^.*(?:{pattern}).*$".encode(), search_options())
        except re2.error:
            compile_pattern(pattern)
            return self.one_by_one(compile_pattern(pattern), pattern, names)
        joined = self.joined if names is self.names else "\n".join(names).encode()
        found: list[str] = []
        for chunk in self.chunks(joined, pattern, whole.programsize):
            lines = [line.group(0).decode() for line in whole.finditer(chunk)]
            self.budget.add_matches(len(lines), pattern)
            found += lines
        return found

    def chunks(self, joined: bytes, pattern: str, programsize: int) -> Iterable[bytes]:
        """Yield lines, so many that a search in them takes a fraction of a second at worst."""
        start = time.thread_time()
        size = max(1_000, int(CHUNK_SECONDS / SECONDS_PER_STEP / max(programsize, 1)))
        at = 0
        while at < len(joined):
            self.budget.check(pattern, time.thread_time() - start)
            end = joined.find(b"\n", at + size)
            end = len(joined) if end < 0 else end
            yield joined[at:end]
            at = end + 1

    def one_by_one(self, compiled: Any, pattern: str, names: Sequence[str]) -> list[str]:
        """Return those of some names in which a compiled pattern matches."""
        start = time.thread_time()
        found = []
        for name in names:
            self.budget.check(pattern, time.thread_time() - start)
            if compiled.search(name):
                self.budget.add_matches(1, pattern)
                found.append(name)
        return found


def check_length(pattern: str) -> None:
    """Raise for a pattern that is too long.

    Raises:
        SpecError: it is.
    """
    if len(pattern) > MAX_PATTERN_LENGTH:
        detail = f"A regular expression has {len(pattern):,} characters."
        hint = f"Use at most {MAX_PATTERN_LENGTH:,}."
        code, limit = "regex_too_long", MAX_PATTERN_LENGTH
        raise SpecError([Problem(code, detail, hint=hint, limit=limit, actual=len(pattern))])


def names_with_prefix(ordered: Sequence[str], prefix: str) -> Sequence[str]:
    """Return the names that begin with a text, of names in the order of their code points."""
    return ordered[bisect_left(ordered, prefix) : bisect_left(ordered, prefix + LAST_CHARACTER)]
