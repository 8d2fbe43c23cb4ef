"""The log files of attempts: opened without being led elsewhere, read without the tokens in them.

Knows no Django.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from accounts.token_text import LONGEST_TOKEN, masked

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


def open_log_file(path: Path) -> int | None:
    """Return the descriptor of a log, None if there is none.

    Jobs may write to these folders, so nothing is opened through a link in the place of the file,
    of its folder or of the folder of all logs; nor a file that has another name too, which may be
    anybody's; nor anything that is no regular file.

    Args:
        path: `logs/<workflow>/<attempt>.out` in the data folder.
    """
    opened: list[int] = []
    try:
        opened.append(os.open(path.parent.parent, _FOLDER))
        opened.append(os.open(path.parent.name, _FOLDER, dir_fd=opened[-1]))
        descriptor = os.open(path.name, _FILE, dir_fd=opened[-1])
    except OSError:
        return None
    finally:
        for folder in opened:
            os.close(folder)
    status = os.fstat(descriptor)
    if stat.S_ISREG(status.st_mode) and status.st_nlink <= 1:
        return descriptor
    os.close(descriptor)
    return None


def read_masked(descriptor: int, start: int, n_bytes: int) -> bytes:
    """Return a part of a log with its tokens masked, those too that reach over an end of it."""
    before = min(start, LONGEST_TOKEN)
    content = os.pread(descriptor, before + n_bytes + LONGEST_TOKEN, start - before)
    return masked(content)[before : before + n_bytes]
