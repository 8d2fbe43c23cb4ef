"""What YAML specs may not contain, and the places (marks) where it is found."""

from __future__ import annotations

from typing import Any, NoReturn

import yaml

from specification.formats.document import MapNode, Place
from specification.problems import Problem, SpecError

COLUMN_BITS = 20
MAX_COLUMN = (1 << COLUMN_BITS) - 1


def place_of_mark(mark: int) -> Place:
    """Return line and column of a packed mark, counted from 1."""
    line, column = divmod(mark, 1 << COLUMN_BITS)
    return line + 1, column + 1


def fail(code: str, detail: str, place: Place, **more: Any) -> NoReturn:
    """Raise SpecError with one problem."""
    raise SpecError([Problem(code, detail, *place, **more)])


def refuse_character(letter: str, place: Place) -> NoReturn:
    """Raise for a character that no YAML file may contain."""
    code = "nul_character" if letter == "\0" else "control_character"
    detail = f"The spec contains the control character U+{ord(letter):04X} at line {place[0]}."
    fail(code, detail, place, hint='Remove it, or write it as an escape in "double quotes".')


def mark_of(event: Any) -> int:
    """Return the start of an event, line and column packed into one number."""
    start = event.start_mark
    column = start.column
    return int(start.line << COLUMN_BITS | (column if column < MAX_COLUMN else MAX_COLUMN))


def check_mapping_key(node: MapNode, key: Any, mark: int, is_merge: bool) -> None:
    """Raise for a key that is not text, a merge key, or in the mapping already."""
    if type(key) is str and key not in node and not is_merge:
        return
    place = place_of_mark(mark)
    if is_merge:
        detail = f"The merge key '<<' at line {place[0]} is not supported."
        fail("yaml_merge_not_allowed", detail, place, hint="Write out the keys.")
    if type(key) is not str:
        refuse_key(mark)
    detail = f"The key '{key[:60]}' at line {place[0]} appears twice."
    fail("yaml_duplicate_key", detail, place, hint="Keep one of the two.")


def refuse_key(mark: int) -> NoReturn:
    """Raise for a key that is not text."""
    place = place_of_mark(mark)
    detail = f"The key at line {place[0]} is not text."
    fail("expected_string", detail, place, hint="Put the key in quotes.")


def refuse_syntax(error: yaml.MarkedYAMLError) -> NoReturn:
    """Raise libyaml's error with its place."""
    mark = error.problem_mark or error.context_mark
    place = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    reason = error.problem or error.context or "cannot be read"
    detail = f"The YAML is not well formed at line {place[0]}, column {place[1]}: {reason}."
    hint = "Indent with spaces, never tabs, and quote text that contains ': ', ' #', '{' or '*'."
    fail("yaml_syntax", detail, place, hint=hint)
