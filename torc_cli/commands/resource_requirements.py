"""`torc resource-requirements`: what the jobs of a workflow need of a node."""

from torc_cli.http.client import rows_of
from torc_cli.line.arguments import Call
from torc_cli.line.operands import workflow_of
from torc_cli.screen import output

_COLUMNS: "list[output.Column]" = [
    ("ID", "id"),
    ("Name", "name"),
    ("CPUs", "num_cpus"),
    ("GPUs", "num_gpus"),
    ("Nodes", "num_nodes"),
    ("Memory", "memory"),
    ("Runtime", "runtime"),
]


def list_(call: Call) -> None:
    """List the resource requirements of a workflow."""
    workflow_id = workflow_of(call)
    rows = rows_of(call, "/resource_requirements", workflow_id=workflow_id, name=call.text("name"))
    output.show_rows(call, rows, _COLUMNS, "resource requirements")
