"""The ids that operands and options name, or that come from the job that runs the command."""

import os

from torc_cli.errors import UsageError
from torc_cli.line.arguments import Call, id_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from torc_cli.http.client import Client


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


def job_ids_of(call: Call, client: "Client") -> "list[int]":
    """Return the ids of the jobs that the operands name.

    With `--workflow`, operands are names; in a job, those that are no numbers are names in the
    job's own workflow.

    Raises:
        UsageError: an operand is no id, and no workflow is named.
        CliError: the workflow has no job of this name.
    """
    typed = call.text("workflow")
    workflow = typed or os.environ.get("TORC_WORKFLOW_ID")
    if workflow is None or (typed is None and all(text.isdigit() for text in call.args)):
        return [_job_id(text) for text in call.args]
    from torc_cli.http.job_by_name import job_id_by_name

    workflow_id = id_of(workflow, "workflow")
    return [
        _job_id(text)
        if typed is None and text.isdigit()
        else job_id_by_name(client, workflow_id, text)
        for text in call.args
    ]


def _job_id(text: str) -> int:
    if not text.isdigit():
        hint = "give its id, or --workflow ID and its name; see `torc jobs list WORKFLOW_ID`"
        raise UsageError(f"'{text}' is not a job id", hint)
    return id_of(text, "job")
