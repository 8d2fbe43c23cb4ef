"""`torc jobs`, apart from `rerun` and `logs`: the jobs of a workflow."""

from torc_cli.http.client import connect, rows_of
from torc_cli.line.arguments import Call
from torc_cli.line.operands import job_ids_of, optional_id, workflow_of
from torc_cli.screen import output

_COLUMNS: "list[output.Column]" = [
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
    output.show_rows(call, rows, _COLUMNS, "jobs")


def get(call: Call) -> None:
    """Show one job."""
    client = connect(call)
    output.show_record(call, client.send("GET", f"/jobs/{job_ids_of(call, client)[0]}").body)


def cancel(call: Call) -> None:
    """Cancel jobs, running ones too."""
    client = connect(call)
    ids = job_ids_of(call, client)
    canceled = [client.json("PUT", f"/jobs/{job_id}/cancel") for job_id in ids]
    if call.wants_json:
        output.show_json(canceled if len(ids) > 1 else canceled[0])
    else:
        from torc_cli.screen.quantities import ids_in_words

        output.emit(f"Canceled {ids_in_words('job', ids)}")
