"""Reads text files and stdin; every error names the file."""

import os
import sys

from torc_cli.errors import UsageError

MAX_BYTES = 256 * 1024 * 1024


def read_text(path: str) -> str:
    """Return the text of a file, or of stdin for `-`; at most `MAX_BYTES` long.

    Raises UsageError when it cannot be read, is too long, or is not UTF-8.
    """
    name = "stdin" if path == "-" else path
    if path == "-" and os.isatty(0):
        raise UsageError("stdin is a terminal", "pipe the text in, or name a file")
    try:
        raw = sys.stdin.buffer.read() if path == "-" else _bytes_of(path)
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f"{name} is not UTF-8 text: byte {error.start}") from None
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise UsageError(f"cannot read {name}: {why}") from None


def _bytes_of(path: str) -> bytes:
    with open(path, "rb") as file:
        raw = file.read(MAX_BYTES + 1)
    if len(raw) > MAX_BYTES:
        raise UsageError(f"{path} is larger than {MAX_BYTES >> 20} MiB")
    return raw
