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


def refuse_syntax(error: yaml.MarkedYAMLError, text: str) -> NoReturn:
    """Raise libyaml's error with its place, and with what to do about that line."""
    mark = error.problem_mark or error.context_mark
    place = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    reason = error.problem or error.context or "cannot be read"
    detail = f"The YAML is not well formed at line {place[0]}, column {place[1]}: {reason}."
    lines = text.splitlines()
    line = lines[place[0] - 1] if place[0] <= len(lines) else ""
    fail("yaml_syntax", detail, place, hint=syntax_hint(reason, line, place))


def syntax_hint(reason: str, line: str, place: Place) -> str:
    """Return what to do about a mistake.

    Args:
        reason: what libyaml says.
        line: where it noticed.
        place: line and column, counted from 1.
    """
    key, _, value = line.strip().removeprefix("- ").partition(": ")
    shown = f"{key[:40]}: "
    if "tab" in reason or line[place[1] - 1 : place[1]] == "\t":
        return "Indent with spaces instead of tabs."
    if "expected ':'" in reason:
        return f"Write a colon and a blank after each key, here or in line {place[0] - 1}."
    if "cannot start" in reason:
        return f"Put text that begins with '{line[place[1] - 1 : place[1]]}' in quotes."
    if value.startswith("{") and not value.endswith("}"):
        return f"Put text that begins with '{{' in quotes: {shown}\"{value[:60]}\"."
    if ": " in value and "not allowed" in reason:
        quoted = value[:60].replace("'", "''")
        return f"Put text that contains ': ' in quotes: {shown}'{quoted}'."
    if "not allowed" in reason or "did not find expected" in reason:
        return "Begin the line in the same column as the keys that it stands beside."
    return "Indent with spaces, never tabs, and quote text that contains ': ', ' #', '{' or '*'."
