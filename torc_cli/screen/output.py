"""Prints tables, records and JSON; control characters in texts are spelled out."""

import os
import sys

from torc_cli.errors import CliError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from torc_cli.line.arguments import Call

    Column = tuple[str, "str | Callable[[dict[str, Any]], Any]"]

MAX_CELL_WIDTH = 60


def is_terminal(stream: int = 1) -> bool:
    """Return whether the stream with this number is a terminal."""
    return os.isatty(stream)


def emit(text: str) -> None:
    """Print one or more lines to stdout, in UTF-8 whatever the locale is."""
    emit_bytes(text.encode("utf-8", "backslashreplace") + b"\n")


def emit_bytes(content: bytes) -> None:
    """Write bytes to stdout as they are.

    Raises CliError when they cannot be written; a closed pipe stays a BrokenPipeError.
    """
    if sys.stdout is None:
        raise CliError("cannot write the output: stdout is closed")
    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise _unwritable(error) from None


def discard_stdout() -> None:
    """Have the interpreter's last flush write what is left to nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def _unwritable(error: OSError) -> CliError:
    discard_stdout()
    return CliError(f"cannot write the output: {error.strerror}", "it is not complete")


def note(text: str) -> None:
    """Print a line to stderr."""
    write_to_stderr(visible(text) + "\n")


def write_to_stderr(text: str) -> None:
    """Write to stderr, if that can be: its full disk or closed end stops nothing else."""
    if sys.stderr is None:
        return
    try:
        sys.stderr.flush()
        sys.stderr.buffer.write(text.encode("utf-8", "backslashreplace"))
        sys.stderr.buffer.flush()
    except OSError:  # nobody can be told
        pass


def visible(text: str) -> str:
    """Return `text` with control, format and direction characters spelled out."""
    if text.isprintable():
        return text
    return "".join(map(_visible, text))


def _visible(character: str) -> str:
    if character.isprintable():
        return character
    from unicodedata import category

    if category(character) == "Zs":
        return character
    return {"\n": "\\n", "\t": "\\t", "\r": "\\r"}.get(character) or (
        character.encode("ascii", "backslashreplace").decode()
        if ord(character) > 127
        else f"\\x{ord(character):02x}"
    )


def width(text: str) -> int:
    """Return how many terminal columns a visible text takes."""
    if text.isascii():
        return len(text)
    from unicodedata import category, east_asian_width

    return sum(
        0 if category(char) in ("Mn", "Me") else 2 if east_asian_width(char) in "WF" else 1
        for char in text
    )


def cut(text: str, columns: int = MAX_CELL_WIDTH) -> str:
    """Return `text`, ended with `…` where it would take more than `columns`."""
    if width(text) <= columns:
        return text
    n_columns = 1
    for end, character in enumerate(text):
        n_columns += width(character)
        if n_columns > columns:
            return text[:end] + "…"
    return text


def first_line(text: str) -> str:
    """Return the first line that is not blank, marked `…` when more follow."""
    lines = text.strip().splitlines() or [""]
    return cut(lines[0] + (" …" if len(lines) > 1 else ""))


def table(titles: "Sequence[str]", rows: "Sequence[Sequence[str]]") -> str:
    """Return a box with rounded corners, each column as wide as its widest cell."""
    cells = [[visible(cell) for cell in row] for row in rows]
    widths = [max(map(width, column)) for column in zip(titles, *cells, strict=True)]
    bars = ["─" * (size + 2) for size in widths]

    def line(row: "Sequence[str]") -> str:
        padded = (cell + " " * (size - width(cell)) for cell, size in zip(row, widths, strict=True))
        return "│ " + " │ ".join(padded) + " │"

    top, middle, bottom = "╭" + "┬".join(bars) + "╮", "├" + "┼".join(bars) + "┤", "╰"
    bottom += "┴".join(bars) + "╯"
    return "\n".join([top, line(titles), middle, *map(line, cells), bottom])


def cell(value: "Any") -> str:
    """Return a value as the text of a table cell: empty for None, JSON for what is no text."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    from torc_cli.screen import json_verbatim

    return json_verbatim.compact(value)


def show_rows(
    call: "Call", rows: "list[dict[str, Any]]", columns: "Sequence[Column]", kind: str
) -> None:
    """Print rows as JSON or as a table.

    Args:
        call: the command line, which says which of both.
        rows: what to print.
        columns: (title, key of the row or function of the row) of each.
        kind: what the rows are, such as `jobs`, for the sentence when there are none.
    """
    if call.wants_json:
        show_json(rows)
    elif not rows:
        emit(f"No {kind}.")
    else:
        cells = [
            [
                cell(row.get(source) if isinstance(source, str) else source(row))
                for _, source in columns
            ]
            for row in rows
        ]
        emit(table([title for title, _ in columns], cells))


def show_json(value: "Any") -> None:
    """Print a value as JSON over several lines."""
    from torc_cli.screen import json_verbatim

    # Data may be nested as deep as the reader allows, and printing takes two frames a level.
    sys.setrecursionlimit(max(sys.getrecursionlimit(), 10_000))
    emit(json_verbatim.pretty(value))


def show_record(call: "Call", body: bytes) -> None:
    """Print one record: for a program as the server wrote it, on a terminal by its keys."""
    if not is_terminal():
        emit_bytes(body.rstrip() + b"\n")
        return
    from torc_cli.screen import json_verbatim

    value = json_verbatim.loads(body.decode("utf-8", "replace"))
    if call.wants_json or not isinstance(value, dict):
        show_json(value)
    else:
        emit(block(value))


def block(record: "dict[str, Any]") -> str:
    """Return a record as `Key: value` lines; objects and long texts go below their key."""
    from torc_cli.screen import json_verbatim

    lines = []
    for key, value in record.items():
        name = key.replace("_", " ")
        if isinstance(value, (dict, list)) and value:
            lines += [f"{name}:", json_verbatim.pretty(value)]
        elif isinstance(value, str) and "\n" in value:
            lines += [f"{name}:", *("  " + visible(line) for line in value.splitlines())]
        else:
            lines.append(f"{name}: {visible(value) if isinstance(value, str) else cell(value)}")
    return "\n".join(lines)


def only_colors(text: str) -> str:
    """Return a log without the escape codes that steer a terminal, except colors."""
    import re

    codes = re.compile(
        r"\x1b\[[0-9;:]*m"  # colors, which stay
        r"|(?:\x1b[\]PX^_].*?(?:\x07|\x1b\\|\x9c|\Z))"  # titles, links, clipboard, device strings
        r"|(?:(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~])"  # cursor and screen
        r"|(?:\x1b[ -/]*[0-~])"
        r"|[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]",
        re.DOTALL,
    )
    return codes.sub(lambda m: m[0] if m[0].startswith("\x1b[") and m[0][-1] == "m" else "", text)
