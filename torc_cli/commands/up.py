"""`torc up`, `torc worker`, `torc login-link`: programs of the server on this machine."""

import os
import sys
from typing import NoReturn

from torc_cli.errors import CliError
from torc_cli.line.arguments import Call

PROJECT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def up(call: Call) -> NoReturn:
    """Become the parent of web server, worker and broker."""
    become("torc_site.processes.parent", "up", *call.args)


def worker(call: Call) -> NoReturn:
    """Become the parent of one worker."""
    become("torc_site.processes.parent", "worker", *call.args)


def login_link(call: Call) -> NoReturn:
    """Print a link that signs a browser in."""
    become("torc_site.manage", "login_link")


def become(module: str, *arguments: str) -> NoReturn:
    """Replace this process by Python with a module of the server as its program.

    Raises CliError where the server is not installed.
    """
    if not os.path.isdir(os.path.join(PROJECT, "torc_site")):
        raise CliError("the server is not installed here", "run this on the server's machine")
    # -P: a folder named `jobs` in the current directory must not be imported as ours.
    options = ["-P", "-m", module, *arguments]
    os.execv(sys.executable, [sys.executable, *options])  # noqa: S606
