"""`torc jobs`, apart from `rerun`: the jobs of a workflow."""

from torc_cli.errors import CliError
from torc_cli.http.client import connect, rows_of
from torc_cli.line.arguments import Call, id_of
from torc_cli.line.operands import optional_id, workflow_of
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
    path = f"/jobs/{id_of(call.args[0], 'job')}"
    output.show_record(call, connect(call).send("GET", path).body)


def cancel(call: Call) -> None:
    """Cancel jobs, running ones too."""
    ids = [id_of(text, "job") for text in call.args]
    client = connect(call)
    canceled = [client.json("PUT", f"/jobs/{job_id}/cancel") for job_id in ids]
    if call.wants_json:
        output.show_json(canceled if len(ids) > 1 else canceled[0])
    else:
        from torc_cli.screen.quantities import ids_in_words

        output.emit(f"Canceled {ids_in_words('job', ids)}")


def logs(call: Call) -> None:
    """Print what the last attempt of a job wrote to stdout or stderr."""
    from torc_cli.commands.results import print_log  # imports what the other commands need not

    job_id = id_of(call.args[0], "job")
    client = connect(call)
    workflow_id = client.json("GET", f"/jobs/{job_id}")["workflow_id"]
    rows = client.items("/results", None, workflow_id=workflow_id, job_id=job_id, all_runs=True)
    if not rows:
        raise CliError(f"job {job_id} has no result yet", f"see `torc jobs get {job_id}`")
    print_log(call, client, max(row["id"] for row in rows), "")
