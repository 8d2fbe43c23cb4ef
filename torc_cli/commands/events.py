"""`torc events`: what happened in a workflow."""

from torc_cli.http.client import rows_of
from torc_cli.line.arguments import Call
from torc_cli.line.operands import workflow_of
from torc_cli.screen import json_verbatim, output
from torc_cli.screen.quantities import time_of_seconds

_COLUMNS: "list[output.Column]" = [
    ("ID", "id"),
    ("Timestamp", lambda row: time_of_seconds(row["timestamp"] / 1000)),
    ("Data", lambda row: output.cut(json_verbatim.compact(row.get("data")), 120)),
]


def list_(call: Call) -> None:
    """List what happened in a workflow."""
    workflow_id = workflow_of(call)
    rows = rows_of(call, "/events", workflow_id=workflow_id, category=call.text("category"))
    output.show_rows(call, rows, _COLUMNS, "events")
