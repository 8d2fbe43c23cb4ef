"""`torc version`."""

from torc_cli import __version__
from torc_cli.line.arguments import Call
from torc_cli.screen import output


def version(call: Call) -> None:
    """Print this program's version."""
    if call.wants_json:
        output.show_json({"version": __version__})
    else:
        output.emit(f"torc {__version__}")
