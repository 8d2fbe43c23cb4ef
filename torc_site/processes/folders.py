"""The private folders and the secret key: for the owner alone, refused if others could look in."""

import hashlib
import os
import secrets
import stat
from pathlib import Path

from torc_site.environment import Environment, SettingError

KEY_FILE = "secret_key"


def open_private(folder: Path, variable: str) -> Path:
    """Make the folder for its owner alone, or check that it is such a folder.

    Raises:
        SettingError: it is not a folder, not ours, or open to others and not empty.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = folder.lstat() if variable == "TORC_RUN_DIR" else folder.stat()
    except OSError as error:
        raise SettingError(
            f"{variable}: cannot make the folder {folder}: {error.strerror}."
        ) from error
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
        raise SettingError(f"{variable}: {folder} is not a folder of yours; name another one.")
    if found.st_mode & 0o077:
        _close_to_others(folder, variable)
    return folder


def _close_to_others(folder: Path, variable: str) -> None:
    if any(folder.iterdir()):  # closing a shared folder would lock its other users out
        raise SettingError(
            f"{variable}: others may look into {folder}; run `chmod 700 {folder}` or name another."
        )
    folder.chmod(0o700)


def folder_hash(folder: Path) -> str:
    """Return a short name for a data folder, the same in every process."""
    return hashlib.sha256(str(folder).encode()).hexdigest()[:10]


def run_dir(environment: Environment) -> Path:
    """Return the folder of the embedded broker's socket, short because socket paths end at 108."""
    if given := environment.text("TORC_RUN_DIR"):
        return Path(given)
    name = folder_hash(environment.data_dir)
    session = os.environ.get("XDG_RUNTIME_DIR", "")
    if session and len(session) < 60 and os.access(session, os.W_OK):
        return Path(session) / f"torc-{name}"
    return Path(f"/tmp/torc-{os.geteuid()}-{name}")  # noqa: S108 - owner and mode are checked


def embedded_broker_url(environment: Environment) -> str:
    """Return the address of the broker that `torc up` starts."""
    return f"redis+socket://{run_dir(environment) / 'broker.sock'}"


def secret_key(environment: Environment, *, create: bool = True) -> str:
    """Return the signing key, making its 0600 file at the first start.

    Raises:
        SettingError: the key is too short, or absent and not to be made.
    """
    if key := environment.text("TORC_SECRET_KEY"):
        return _long_enough(key, "TORC_SECRET_KEY")
    path = environment.data_dir / KEY_FILE
    if not path.exists():
        if not create:
            raise SettingError(
                f"TORC_SECRET_KEY is not set and {path} does not exist:"
                " a worker needs the server's key."
            )
        _write_once(path, secrets.token_urlsafe(48))
    return _long_enough(path.read_text().strip(), str(path))


def _long_enough(key: str, source: str) -> str:
    if len(key) < 32:
        raise SettingError(f"{source}: the key is shorter than 32 characters; make a random one.")
    return key


def _write_once(path: Path, text: str) -> None:
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(descriptor, text.encode())
        os.fsync(descriptor)
        os.link(draft, path)  # the first of two starts wins, and nobody reads half a key
    except FileExistsError:
        pass
    finally:
        os.close(descriptor)
        draft.unlink()
