"""`torc compute-nodes`: the machines that run jobs."""

from torc_cli.http.client import rows_of
from torc_cli.line.arguments import Call, id_of
from torc_cli.screen import output
from torc_cli.screen.quantities import seconds_in_words, time_of

_COLUMNS: "list[output.Column]" = [
    ("ID", "id"),
    ("Hostname", "hostname"),
    ("PID", "pid"),
    ("CPUs", "num_cpus"),
    ("Memory (GB)", lambda row: f"{row['memory_gb']:.1f}"),
    ("GPUs", "num_gpus"),
    ("Active", lambda row: "yes" if row.get("is_active") else "no"),
    ("Start Time", lambda row: time_of(row.get("start_time"))),
    ("Duration", lambda row: _duration(row.get("duration_seconds"))),
]


def list_(call: Call) -> None:
    """List the machines that run jobs, of one workflow or all."""
    text = call.operand(0)
    rows = rows_of(
        call,
        "/compute_nodes",
        workflow_id=None if text is None else id_of(text, "workflow"),
        is_active=True if call.flag("active") else None,
    )
    output.show_rows(call, rows, _COLUMNS, "compute nodes")


def _duration(seconds: "float | None") -> str:
    return "" if seconds is None else seconds_in_words(float(seconds))
