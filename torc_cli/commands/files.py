"""`torc files`: the files of a workflow."""

from torc_cli.http.client import rows_of
from torc_cli.line.arguments import Call
from torc_cli.line.operands import optional_id, workflow_of
from torc_cli.screen import output
from torc_cli.screen.quantities import time_of_seconds

_COLUMNS: "list[output.Column]" = [
    ("ID", "id"),
    ("Name", "name"),
    ("Path", "path"),
    ("Modified Time", lambda row: time_of_seconds(row.get("st_mtime"))),
]


def list_(call: Call) -> None:
    """List the files of a workflow."""
    rows = rows_of(
        call,
        "/files",
        workflow_id=workflow_of(call),
        name=call.text("name"),
        produced_by_job_id=optional_id(call, "producer_job_id", "job"),
    )
    output.show_rows(call, rows, _COLUMNS, "files")
