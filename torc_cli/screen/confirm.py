"""Questions to the person at the terminal."""

import sys

from torc_cli.errors import CliError
from torc_cli.screen.output import is_terminal, visible

TYPE_CHECKING = False
if TYPE_CHECKING:
    from torc_cli.line.arguments import Call


def can_ask(call: "Call") -> bool:
    """Return whether there is a person to ask, and no option that says not to."""
    is_silenced = call.flag("no_prompts") or call.flag("force") or call.wants_json
    return not is_silenced and is_terminal(0) and is_terminal(2)


def confirm(call: "Call", question: str) -> None:
    """Ask a question on a terminal, unless an option or JSON output says not to.

    Raises CliError when the answer is no.
    """
    if not can_ask(call):
        return
    sys.stderr.write(f"{visible(question)} [y/N] ")
    sys.stderr.flush()
    if sys.stdin.readline().strip().lower() not in ("y", "yes"):
        raise CliError("nothing was done")
