"""The private folders of a server, which nobody but their owner may read."""

import hashlib
import os
import stat
from pathlib import Path

from torc_site.environment import Environment, SettingError


def open_private(folder: Path, variable: str) -> Path:
    """Make a folder that only its owner may enter, or check that it is one, and return it.

    Args:
        folder: an absolute path.
        variable: the setting that names it, for the error; TORC_RUN_DIR may not be a link.

    Raises:
        SettingError: it is not a folder, not ours, or open to others and not empty.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        status = folder.lstat() if variable == "TORC_RUN_DIR" else folder.stat()
    except OSError as error:
        raise SettingError(
            f"{variable}: cannot make the folder {folder}: {error.strerror}."
        ) from error
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.geteuid():
        raise SettingError(f"{variable}: {folder} is not a folder of yours; name another one.")
    if status.st_mode & 0o077:
        _close_to_others(folder, variable)
    return folder


def _close_to_others(folder: Path, variable: str) -> None:
    if any(folder.iterdir()):  # closing a shared folder would lock its other users out
        raise SettingError(
            f"{variable}: others may read {folder}; run `chmod 700 {folder}` or name another."
        )
    folder.chmod(0o700)


def folder_hash(folder: Path) -> str:
    """Return a short name for a data folder, the same in every process."""
    return hashlib.sha256(str(folder).encode()).hexdigest()[:10]


def run_dir(environment: Environment) -> Path:
    """Return the folder of the embedded broker's socket, whose path may have 108 characters."""
    if path := environment.text("TORC_RUN_DIR"):
        return Path(path)
    name = folder_hash(environment.data_dir)
    runtime_dir = os.environ.get("XDG_RUNTIME_DIR", "")
    if runtime_dir and len(runtime_dir) < 60 and os.access(runtime_dir, os.W_OK):
        return Path(runtime_dir) / f"torc-{name}"
    return Path(f"/tmp/torc-{os.geteuid()}-{name}")  # noqa: S108 - owner and mode are checked


def embedded_broker_url(environment: Environment) -> str:
    """Return the address of the broker that `torc up` starts."""
    return f"redis+socket://{run_dir(environment) / 'broker.sock'}"
