"""`torc results`, apart from logs: how attempts ended."""

from typing import Any

from torc_cli.http.client import Client, connect, rows_of
from torc_cli.line.arguments import Call, id_of
from torc_cli.line.operands import optional_id, workflow_of
from torc_cli.screen import output
from torc_cli.screen.quantities import bytes_in_words, seconds_in_words, time_of

_COLUMNS: "list[output.Column]" = [
    ("ID", "id"),
    ("Job ID", "job_id"),
    ("Job Name", "job_name"),
    ("Run ID", "run_id"),
    ("Attempt", "attempt_id"),
    ("Return Code", "return_code"),
    ("Exec Time", lambda row: seconds_in_words(float(row.get("exec_time_minutes") or 0) * 60)),
    ("Peak Mem", lambda row: bytes_in_words(row.get("peak_memory_bytes"))),
    ("Status", "status"),
    ("Completion Time", lambda row: time_of(row.get("completion_time"))),
]


def list_(call: Call) -> None:
    """List results, of the current run unless an option names others."""
    query = {
        "workflow_id": workflow_of(call),
        "job_id": optional_id(call, "job_id", "job"),
        "run_id": call.number("run_id"),
        "return_code": call.number("return_code"),
        "compute_node_id": optional_id(call, "compute_node_id", "compute node"),
        "status": call.text("status"),
        "failed": True if call.flag("failed") else None,
        "all_runs": True if call.flag("all_runs") else None,
    }
    rows = rows_of(call, "/results", **query)
    output.show_rows(call, _with_job_names(connect(call), rows), _COLUMNS, "results")


def _with_job_names(client: Client, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    unnamed_ids = {row["job_id"] for row in rows if not row.get("job_name")}
    names = {job_id: client.json("GET", f"/jobs/{job_id}")["name"] for job_id in unnamed_ids}
    return [{**row, "job_name": row.get("job_name") or names[row["job_id"]]} for row in rows]


def get(call: Call) -> None:
    """Show one result."""
    path = f"/results/{id_of(call.args[0], 'result')}"
    output.show_record(call, connect(call).send("GET", path).body)
