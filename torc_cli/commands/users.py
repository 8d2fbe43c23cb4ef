"""`torc users`: accounts, on the machine of the server."""

from typing import NoReturn

from torc_cli.commands.up import become
from torc_cli.line.arguments import Call


def create(call: Call) -> NoReturn:
    """Make an account; the password is read from the terminal or from standard input."""
    staff = ["--staff"] if call.flag("staff") else []
    become("torc_site.manage", "create_user", call.args[0], *staff)
