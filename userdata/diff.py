"""What changed between two JSON texts, line by line and key by key. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import islice
from typing import Any, Literal

from specification.texts.counts import counted
from userdata.json_layout import lines, loads

MAX_COMPARED = 1_000
"""Lines of either text that are matched with each other, after equal beginnings and ends."""
MAX_SHOWN = 1_000
"""Lines of one comparison."""
MAX_WIDTH = 300
"""Characters of a line that are shown; longer ones end with `…`."""
MAX_CHANGES = 200
CONTEXT = 3

Kind = Literal["same", "added", "removed", "gap"]
ChangeKind = Literal["added", "removed", "changed"]


@dataclass(frozen=True, slots=True)
class Line:
    """One line; a gap stands for equal lines that are left out."""

    kind: Kind
    text: str
    old_number: int | None = None
    new_number: int | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """What happened at one place inside the value."""

    kind: ChangeKind
    path: str
    """Such as `model.layers[2]`; empty for the whole value."""
    old: str | None
    new: str | None


@dataclass(frozen=True, slots=True)
class Difference:
    """How two texts differ."""

    lines: list[Line]
    is_cut: bool
    """The texts differ too much to show, or to match, every line."""
    changes: list[Change]
    """The first of them, in the order of the new value."""
    has_more_changes: bool


_NOTHING = object()


def compare(old: str, new: str) -> Difference:
    """Return how two JSON texts differ; layout does not matter, the spelling of numbers does."""
    before, after = loads(old), loads(new)
    changes = list(islice(_changes("", before, after), MAX_CHANGES + 1))
    shown, is_cut = _compare_lines(list(lines(before)), list(lines(after)))
    return Difference(shown, is_cut, changes[:MAX_CHANGES], len(changes) > MAX_CHANGES)


def _changes(path: str, old: Any, new: Any) -> Iterator[Change]:
    if old is _NOTHING or new is _NOTHING:
        kind: ChangeKind = "added" if old is _NOTHING else "removed"
        yield Change(kind, path, _preview(old), _preview(new))
    elif isinstance(old, dict) and isinstance(new, dict):
        gone = (key for key in old if key not in new)
        for key in (*new, *gone):
            inner = f"{path}.{key}" if path else key
            yield from _changes(inner, old.get(key, _NOTHING), new.get(key, _NOTHING))
    elif isinstance(old, list) and isinstance(new, list):
        for at in range(max(len(old), len(new))):
            yield from _changes(f"{path}[{at}]", _at(old, at), _at(new, at))
    elif type(old) is not type(new) or old != new:
        yield Change("changed", path, _preview(old), _preview(new))


def _at(values: list[Any], at: int) -> Any:
    return values[at] if at < len(values) else _NOTHING


def _preview(value: Any) -> str | None:
    """Return as much of a value as is shown, on one line; None if there is no value."""
    if value is _NOTHING:
        return None
    pieces: list[str] = []
    length = 0
    for line in lines(value):
        pieces.append(line.strip())
        length += len(line)
        if length > MAX_WIDTH:
            break
    return _cut(" ".join(pieces))


def _cut(text: str) -> str:
    return text if len(text) <= MAX_WIDTH else f"{text[:MAX_WIDTH]}…"


def _compare_lines(old: Sequence[str], new: Sequence[str]) -> tuple[list[Line], bool]:
    """Return the lines to show, and whether some are left out."""
    start = _n_equal(old, new)
    end = _n_equal(old[start:][::-1], new[start:][::-1])
    middle_old, middle_new = old[start : len(old) - end], new[start : len(new) - end]
    if not middle_old and not middle_new:
        return [], False
    is_long = max(len(middle_old), len(middle_new)) > MAX_COMPARED
    shown = [
        *_head(old, start),
        *_middle(middle_old[:MAX_COMPARED], middle_new[:MAX_COMPARED], start),
        *(() if is_long else _tail(old, new, end)),
    ]
    return shown[:MAX_SHOWN], is_long or len(shown) > MAX_SHOWN


def _n_equal(old: Sequence[str], new: Sequence[str]) -> int:
    pairs = zip(old, new, strict=False)
    return next((at for at, (a, b) in enumerate(pairs) if a != b), min(len(old), len(new)))


def _head(old: Sequence[str], n_equal: int) -> Iterator[Line]:
    first = max(n_equal - CONTEXT, 0)
    if first:
        yield _gap(first)
    for at in range(first, n_equal):
        yield Line("same", _cut(old[at]), at + 1, at + 1)


def _tail(old: Sequence[str], new: Sequence[str], n_equal: int) -> Iterator[Line]:
    for before_end in range(n_equal, max(n_equal - CONTEXT, 0), -1):
        at, new_at = len(old) - before_end, len(new) - before_end
        yield Line("same", _cut(old[at]), at + 1, new_at + 1)
    if n_equal > CONTEXT:
        yield _gap(n_equal - CONTEXT)


def _middle(old: Sequence[str], new: Sequence[str], offset: int) -> Iterator[Line]:
    done = 0
    for group in SequenceMatcher(None, old, new).get_grouped_opcodes(CONTEXT):
        if group[0][1] > done:
            yield _gap(group[0][1] - done)
        done = group[-1][2]
        for tag, old_start, old_end, new_start, new_end in group:
            if tag == "equal":
                for at in range(old_end - old_start):
                    numbers = offset + old_start + at + 1, offset + new_start + at + 1
                    yield Line("same", _cut(old[old_start + at]), *numbers)
            else:
                for at in range(old_start, old_end):
                    yield Line("removed", _cut(old[at]), offset + at + 1, None)
                for at in range(new_start, new_end):
                    yield Line("added", _cut(new[at]), None, offset + at + 1)
    if done < len(old):
        yield _gap(len(old) - done)


def _gap(n_lines: int) -> Line:
    return Line("gap", counted(n_lines, "equal line"))
