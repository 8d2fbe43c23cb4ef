"""The key that signs sessions: from the environment, or from a file made at the first start."""

import os
import secrets
from pathlib import Path

from torc_site.environment import Environment, SettingError

KEY_FILE = "secret_key"


def secret_key(environment: Environment, *, create: bool = True) -> str:
    """Return the signing key; at the first start make its file, which only the owner may read.

    Args:
        environment: the settings; TORC_SECRET_KEY goes before the file.
        create: make the file where it is missing.

    Raises:
        SettingError: the key is too short, or missing and not to be made.
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
