"""Rules for names, commands and paths of files."""

from __future__ import annotations

import unicodedata

from specification.limits import MAX_COMMAND_BYTES, MAX_NAME, MAX_PATH_BYTES, MAX_PATH_PART_BYTES
from specification.problems import Problem

LONGEST_NORMALIZED = 4 * MAX_NAME  # longer ones cannot become short enough
MANY_MARKS = 100
BREAKS = frozenset("\u2028\u2029")
BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def normalize_name(name: str) -> str:
    """Return a name as it is stored and compared: in Unicode's normalization form NFC.

    Names that `check_name` refuses are returned as they are: of those with very many combining
    marks the normal form takes quadratic time.
    """
    if name.isascii() or (len(name) > MANY_MARKS and has_many_marks(name)):
        return name
    return unicodedata.normalize("NFC", name)


def has_many_marks(name: str) -> bool:
    """Return whether a name has so many combining marks in a row that nobody can read it.

    A name that is too long in any form counts as such.
    """
    if len(name) > LONGEST_NORMALIZED:
        return True
    n_marks = 0
    for letter in name:
        n_marks = n_marks + 1 if unicodedata.combining(letter) else 0
        if n_marks > MANY_MARKS:
            return True
    return False


def check_name(text: str) -> Problem | None:
    """Return why this text cannot be a name, None if it can."""
    is_simple = text.isascii() and text.isprintable() and 0 < len(text) <= MAX_NAME
    if is_simple and text[0] != " " and text[-1] != " ":
        return None
    return find_name_problem(text)


def find_name_problem(text: str) -> Problem | None:
    """Return the first rule for names that this text breaks, None if there is none.

    `check_name` answers for almost all names without this slower walk.
    """
    if not text.strip():
        return Problem("name_empty", "A name is empty.", hint="Give it at least one letter.")
    problem = check_text(text)
    if problem:
        return problem
    if len(text) <= LONGEST_NORMALIZED and len(text) > MANY_MARKS and has_many_marks(text):
        detail = f"A name has more than {MANY_MARKS} combining marks in a row."
        return Problem("control_character", detail, hint="Remove them.")
    length = len(normalize_name(text))
    if length > MAX_NAME:
        detail = f"The name '{text[:30]}…' has {length} characters; {MAX_NAME} are allowed."
        hint = "Shorten it, or use fewer parameters in it."
        return Problem("name_too_long", detail, hint=hint, limit=MAX_NAME, actual=length)
    control = next((letter for letter in text if is_invisible(letter)), None)
    if control is not None:
        detail = f"A name contains the control character U+{ord(control):04X}."
        return Problem("control_character", detail, hint="Remove it.")
    if text != text.strip():
        detail = f"The name '{text}' begins or ends with a blank."
        return Problem("name_blank_ends", detail, hint="Remove the blanks at its ends.")
    return None


def is_invisible(letter: str) -> bool:
    """Return whether a character breaks a line, or changes how one is shown without being seen."""
    return unicodedata.category(letter) == "Cc" or letter in BREAKS or letter in BIDI


def check_text(text: str) -> Problem | None:
    """Return why this text cannot be stored in a database, None if it can."""
    if "\0" in text:
        detail = "A text contains the NUL character."
        return Problem("nul_character", detail, hint="Remove it.")
    if not text.isascii() and any("\ud800" <= letter <= "\udfff" for letter in text):
        detail = "A text contains half of a surrogate pair."
        return Problem("lone_surrogate", detail, hint="Write the whole character.")
    return None


def check_command(text: str) -> Problem | None:
    """Return why this text cannot be a command, None if it can."""
    if not text.strip():
        detail = "A command is empty."
        return Problem("command_empty", detail, hint="Write 'true' for a job that does nothing.")
    size = len(text) if text.isascii() else len(text.encode(errors="replace"))
    if size > MAX_COMMAND_BYTES:
        detail = f"A command has {size:,} bytes; {MAX_COMMAND_BYTES:,} are allowed."
        hint = "Put the script into a file and run the file."
        code = "command_too_long"
        return Problem(code, detail, hint=hint, limit=MAX_COMMAND_BYTES, actual=size)
    return check_text(text)


def check_path(text: str) -> Problem | None:
    """Return why this text cannot be a file's path, None if it can."""
    if not text.strip():
        return Problem("path_empty", "A path is empty.", hint="Name the file.")
    size = len(text.encode(errors="replace"))
    if size > MAX_PATH_BYTES:
        detail = f"A path has {size:,} bytes; {MAX_PATH_BYTES:,} are allowed."
        hint = "Shorten it."
        return Problem("path_too_long", detail, hint=hint, limit=MAX_PATH_BYTES, actual=size)
    longest = max(len(part.encode(errors="replace")) for part in text.split("/"))
    if longest > MAX_PATH_PART_BYTES:
        detail = f"One part of a path has {longest} bytes; {MAX_PATH_PART_BYTES} are allowed."
        code, limit = "path_part_too_long", MAX_PATH_PART_BYTES
        return Problem(code, detail, hint="Shorten it.", limit=limit, actual=longest)
    return check_text(text)
