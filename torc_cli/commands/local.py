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
    manage = os.path.join(PROJECT, "manage.py")
    if not os.path.exists(manage):
        raise CliError(
            f"there is no {manage}", "login links are made where the server is installed"
        )
    os.execv(sys.executable, [sys.executable, manage, "login_link"])  # noqa: S606


def _become_parent(role: str, arguments: list[str]) -> NoReturn:
    # -P: a folder named `jobs` where the user happens to stand must not be imported as ours.
    options = ["-P", "-m", "torc_site.processes.parent", role, *arguments]
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
