"""Ids that may come from the job around us, and questions that only a terminal is asked."""

import os
import sys

from torc_cli.errors import CliError, UsageError
from torc_cli.line.arguments import Call, id_of
from torc_cli.screen.output import is_terminal, visible


def workflow_of(call: Call) -> int:
    """Return the workflow that the first operand names, or in a job the job's own."""
    text = call.operand(0) or os.environ.get("TORC_WORKFLOW_ID")
    if not text:
        raise UsageError(
            "WORKFLOW_ID is missing", f"{call.command.usage()}; see `torc workflows list`"
        )
    return id_of(text, "workflow")


def optional_id(call: Call, key: str, kind: str) -> "int | None":
    """Return the id in an option, or None."""
    text = call.text(key)
    return None if text is None else id_of(text, kind)


def is_asking(call: Call) -> bool:
    """Return whether there is a person to ask, and nothing that says not to."""
    told = call.flag("no_prompts") or call.flag("force") or call.wants_json
    return not told and is_terminal(0) and is_terminal(2)


def confirm(call: Call, question: str) -> None:
    """Ask on a terminal, unless an option or JSON output says not to.

    Raises CliError when the answer is no.
    """
    if not is_asking(call):
        return
    sys.stderr.write(f"{visible(question)} [y/N] ")
    sys.stderr.flush()
    if sys.stdin.readline().strip().lower() not in ("y", "yes"):
        raise CliError("nothing was done")
