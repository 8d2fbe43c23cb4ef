"""Where a file system puts what a folder will hold. Knows no Django."""

from __future__ import annotations

import array
import fcntl
import os
from pathlib import Path

_GET_FLAGS, _SET_FLAGS = 0x80086601, 0x40086602
_SPREADS = 0x00020000
"""ext4's flag for a folder whose subfolders have nothing to do with each other."""


def spread(folder: Path) -> None:
    """Have each new subfolder placed where the disk is freest, on file systems that can.

    Else ext4 puts all of them beside their parent, and where many files were deleted in the last
    minutes, as after tests or builds, making a file takes 1 ms of CPU instead of 0.02.
    """
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError:
        return
    flags = array.array("l", [0])
    try:
        fcntl.ioctl(descriptor, _GET_FLAGS, flags)
        flags[0] |= _SPREADS
        fcntl.ioctl(descriptor, _SET_FLAGS, flags)
    except OSError:  # another file system
        return
    finally:
        os.close(descriptor)
