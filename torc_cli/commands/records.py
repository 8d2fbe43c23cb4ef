"""Lists of what a workflow has besides jobs: files, events, requirements, nodes."""

from typing import Any

from torc_cli.http.client import rows_of
from torc_cli.line.arguments import Call, id_of
from torc_cli.line.ids_and_questions import optional_id, workflow_of
from torc_cli.screen import json_verbatim, output
from torc_cli.screen.wording import moment, seconds_in_words


def _moment(seconds: "float | None") -> str:
    if not seconds:
        return ""
    from datetime import UTC, datetime

    return datetime.fromtimestamp(float(seconds), UTC).strftime("%Y-%m-%d %H:%M:%S")


def _list(call: Call, path: str, columns: "list[output.Column]", kind: str, **query: Any) -> None:
    output.show_rows(call, rows_of(call, path, **query), columns, kind)


def files(call: Call) -> None:
    """List the files of a workflow."""
    columns: list[output.Column] = [
        ("ID", "id"),
        ("Name", "name"),
        ("Path", "path"),
        ("Modified Time", lambda row: _moment(row.get("st_mtime"))),
    ]
    query = {"workflow_id": workflow_of(call), "name": call.text("name")}
    producer = optional_id(call, "producer_job_id", "job")
    _list(call, "/files", columns, "files", **query, produced_by_job_id=producer)


def events(call: Call) -> None:
    """List what happened in a workflow."""
    columns: list[output.Column] = [
        ("ID", "id"),
        ("Timestamp", lambda row: _moment(row["timestamp"] / 1000)),
        ("Data", lambda row: output.cut(json_verbatim.compact(row.get("data")), 120)),
    ]
    query = {"workflow_id": workflow_of(call), "category": call.text("category")}
    _list(call, "/events", columns, "events", **query)


def resource_requirements(call: Call) -> None:
    """List what jobs of a workflow may ask for."""
    columns: list[output.Column] = [
        ("ID", "id"),
        ("Name", "name"),
        ("CPUs", "num_cpus"),
        ("GPUs", "num_gpus"),
        ("Nodes", "num_nodes"),
        ("Memory", "memory"),
        ("Runtime", "runtime"),
    ]
    query = {"workflow_id": workflow_of(call), "name": call.text("name")}
    _list(call, "/resource_requirements", columns, "resource requirements", **query)


def compute_nodes(call: Call) -> None:
    """List the machines that run jobs, of one workflow or all."""
    columns: list[output.Column] = [
        ("ID", "id"),
        ("Hostname", "hostname"),
        ("PID", "pid"),
        ("CPUs", "num_cpus"),
        ("Memory (GB)", lambda row: f"{row['memory_gb']:.1f}"),
        ("GPUs", "num_gpus"),
        ("Active", lambda row: "yes" if row.get("is_active") else "no"),
        ("Start Time", lambda row: moment(row.get("start_time"))),
        ("Duration", lambda row: _duration(row.get("duration_seconds"))),
    ]
    text = call.operand(0)
    workflow_id = None if text is None else id_of(text, "workflow")
    active = True if call.flag("active") else None
    _list(
        call, "/compute_nodes", columns, "compute nodes", workflow_id=workflow_id, is_active=active
    )


def _duration(seconds: "float | None") -> str:
    return "" if seconds is None else seconds_in_words(float(seconds))
