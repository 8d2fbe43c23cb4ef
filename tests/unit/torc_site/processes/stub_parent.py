"""The parent with stand-ins for its children, to be run by the tests of the parent."""

import sys
from pathlib import Path

from torc_site.processes import command_lines, parent

LISTEN = """
import os, pathlib, signal, socket
exec(os.environ.get("STUB_PREPARE", ""))
(pathlib.Path(os.environ["TORC_DATA_DIR"]) / "prepared").write_text("the link\\n")
server = socket.create_server(("127.0.0.1", int(os.environ["TORC_PORT"])))
print("web", os.getpid(), flush=True)
signal.pause()
"""
SLEEP = "import os, signal, time; print({name!r}, os.getpid(), flush=True); signal.pause()"


def stand_in(code: str) -> list[str]:
    """Return a command that runs a few lines of Python."""
    return [sys.executable, "-c", code]


def broker(folder: Path) -> list[str]:
    """Return the command of a stand-in that stops like the others."""
    return stand_in(SLEEP.format(name="broker"))


command_lines.web = lambda: stand_in(LISTEN)
command_lines.worker = lambda: stand_in(SLEEP.format(name="worker"))
command_lines.broker = broker

sys.exit(parent.main(sys.argv[1:]))
