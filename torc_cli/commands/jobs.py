"""`torc jobs`: the jobs of a workflow."""

from torc_cli.http.client import connect, rows_of
from torc_cli.line.arguments import Call, id_of
from torc_cli.line.ids_and_questions import optional_id, workflow_of
from torc_cli.screen import output

_LIST: "list[output.Column]" = [
    ("ID", "id"),
    ("Name", "name"),
    ("Status", "status"),
    ("Command", lambda row: output.first_line(row.get("command") or "")),
    ("Reason", lambda row: output.cut(row.get("reason") or "", 100)),
]


def list_(call: Call) -> None:
    """List the jobs of a workflow."""
    workflow_id = workflow_of(call)
    rows = rows_of(
        call,
        "/jobs",
        workflow_id=workflow_id,
        status=call.text("status"),
        name=call.text("name"),
        upstream_job_id=optional_id(call, "upstream_job_id", "job"),
        include_relationships=True if call.flag("include_relationships") else None,
    )
    output.show_rows(call, rows, _LIST, "jobs")


def get(call: Call) -> None:
    """Show one job."""
    path = f"/jobs/{id_of(call.args[0], 'job')}"
    output.show_record(call, connect(call).send("GET", path).body)


def cancel(call: Call) -> None:
    """Cancel jobs, running ones too."""
    ids = [id_of(text, "job") for text in call.args]
    client = connect(call)
    canceled = [client.json("PUT", f"/jobs/{each}/cancel") for each in ids]
    if call.wants_json:
        output.show_json(canceled if len(ids) > 1 else canceled[0])
    else:
        output.emit(f"Canceled job {', '.join(map(str, ids))}")
