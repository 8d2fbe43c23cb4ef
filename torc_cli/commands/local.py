"""Commands that need no server, or start one."""

import os
import sys
from typing import NoReturn

from torc_cli import __version__
from torc_cli.errors import CliError, UsageError
from torc_cli.line.arguments import Call
from torc_cli.screen import output

PROJECT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def up(call: Call) -> NoReturn:
    """Become the parent of web, worker and broker."""
    _become_parent("up", call.args)


def worker(call: Call) -> NoReturn:
    """Become the parent of one worker."""
    _become_parent("worker", call.args)


def login_link(call: Call) -> NoReturn:
    """Print a link that signs a browser in."""
    _become("torc_site.manage", "login_link")


def create_user(call: Call) -> NoReturn:
    """Make an account; the password is read from the terminal or from standard input."""
    staff = ["--staff"] if call.flag("staff") else []
    _become("torc_site.manage", "create_user", call.args[0], *staff)


def _become_parent(role: str, arguments: list[str]) -> NoReturn:
    _become("torc_site.processes.parent", role, *arguments)


def _become(module: str, *arguments: str) -> NoReturn:
    if not os.path.isdir(os.path.join(PROJECT, "torc_site")):
        raise CliError("the server is not installed here", "run this on the server's machine")
    # -P: a folder named `jobs` where the user happens to stand must not be imported as ours.
    options = ["-P", "-m", module, *arguments]
    os.execv(sys.executable, [sys.executable, *options])  # noqa: S606


def version(call: Call) -> None:
    """Print this program's version."""
    if call.wants_json:
        output.show_json({"version": __version__})
    else:
        output.emit(f"torc {__version__}")


def completions(call: Call) -> None:
    """Print the completion script of a shell."""
    from torc_cli.line.catalogue import GRAMMAR
    from torc_cli.line.completions import SCRIPTS

    shell = call.args[0]
    if shell not in SCRIPTS:
        raise UsageError(f"there are no completions for '{shell}'", f"{', '.join(SCRIPTS)}")
    output.emit(SCRIPTS[shell](GRAMMAR))
