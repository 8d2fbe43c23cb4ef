"""The ids that operands and options name, or that come from the job that runs the command."""

import os

from torc_cli.errors import UsageError
from torc_cli.line.arguments import Call, id_of


def workflow_of(call: Call) -> int:
    """Return the id of the workflow that the first operand names; in a job, else the job's own.

    Raises UsageError when neither is there.
    """
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
