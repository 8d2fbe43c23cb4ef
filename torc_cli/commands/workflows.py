"""`torc workflows`: make, list, reset, start, cancel and delete whole workflows."""

from typing import Any

from torc_cli.errors import ErrorResponse
from torc_cli.http.client import Client, connect, query_of, rows_of
from torc_cli.http.spec_upload import print_warnings, upload_spec
from torc_cli.line.arguments import Call, id_of
from torc_cli.screen import output
from torc_cli.screen.confirm import confirm
from torc_cli.screen.quantities import counts_in_words, ids_in_words, time_of
from torc_cli.statuses import state_of

_COLUMNS: "list[output.Column]" = [
    ("ID", "id"),
    ("Name", "name"),
    ("Description", lambda row: output.first_line(row.get("description") or "")),
    ("Owner", "owner"),
    ("Timestamp", lambda row: time_of(row.get("timestamp"))),
]

_SPEC_COUNTS = {
    "n_jobs": ("job", "jobs"),
    "n_families": ("family", "families"),
    "n_edges": ("dependency", "dependencies"),
    "n_ready": ("job that can start at once", "jobs that can start at once"),
    "n_files": ("file", "files"),
    "n_user_data": ("user data value", "user data values"),
    "n_resource_requirements": ("set of resource requirements", "sets of resource requirements"),
}
"""Each count of a spec, by its name in the API."""


def create(call: Call) -> None:
    """Make a workflow from a spec file."""
    if call.flag("dry_run"):
        check(call)
        return
    created = upload_spec(connect(call), call.args[0])
    if call.wants_json:
        output.show_json({"id": created["id"], "workflow_id": created["id"], **created})
    else:
        print_warnings(created.get("counts") or {})
        output.emit(f"Created workflow {created['id']}")


def check(call: Call) -> None:
    """Check a spec file and print what it would make; nothing is stored."""
    counts = upload_spec(connect(call), call.args[0], "/workflow_specs/check")
    if call.wants_json:
        output.show_json(counts)
        return
    print_warnings(counts)
    from specification.texts.counts import agree

    lines = [
        f"{counts[name]:>6} {agree(counts[name], noun, plural)}"
        for name, (noun, plural) in _SPEC_COUNTS.items()
        if name in counts
    ]
    output.emit("\n  ".join(["The spec is valid.", *lines, *_totals(counts.get("asked"))]))


def _totals(totals: "dict[str, Any] | None") -> "list[str]":
    if totals is None:  # an older server
        return []
    from specification.texts.counts import agree

    n_unlimited = totals["n_jobs_without_limit"]
    rows = [
        (totals["cpu_hours"], "CPU hours requested at most"),
        (totals["gpu_hours"], "GPU hours"),
        (totals["memory_gib_hours"], "GiB hours of memory"),
        (n_unlimited, f"{agree(n_unlimited, 'job', 'jobs')} without a runtime limit"),
    ]
    return [
        f"{number:>6{'.0f' if number >= 100 else '.3g'}} {what}" for number, what in rows if number
    ]


def list_(call: Call) -> None:
    """List workflows."""
    archived = None if call.flag("include_archived") else False
    rows = rows_of(
        call,
        "/workflows",
        name=call.text("name"),
        user=call.text("user"),
        is_archived=True if call.flag("archived_only") else archived,
    )
    output.show_rows(call, rows, _COLUMNS, "workflows")


def get(call: Call) -> None:
    """Show one workflow."""
    path = f"/workflows/{id_of(call.args[0], 'workflow')}"
    output.show_record(call, connect(call).send("GET", path).body)


def initialize(call: Call) -> None:
    """Make jobs ready or blocked: all of them, or with an option the uninitialized ones."""
    workflow_id = id_of(call.args[0], "workflow")
    client = connect(call)
    path = f"/workflows/{workflow_id}"
    is_partial = call.flag("only_uninitialized")
    if not is_partial and output.is_terminal() and not _is_uninitialized(client, path):
        confirm(call, f"Workflow {workflow_id} is initialized. Reset all its jobs?")
    _initialize(client, path, call, only_uninitialized=is_partial)
    counts = client.json("GET", f"{path}/progress")["counts"]
    if call.wants_json:
        message = "initialized"
        answer = {"status": "success", "message": message, "workflow_id": workflow_id}
        output.show_json({**answer, "counts": counts})
    else:
        output.emit(f"Initialized workflow {workflow_id}: {counts_in_words(counts)}")


def _is_uninitialized(client: Client, path: str) -> bool:
    return bool(client.json("GET", f"{path}/is_uninitialized")["is_uninitialized"])


def _initialize(client: Client, path: str, call: Call, *, only_uninitialized: bool) -> None:
    query = query_of(
        only_uninitialized=only_uninitialized,
        force=True if call.flag("force") else None,
        clear_ephemeral_user_data=True if call.flag("clear_ephemeral_user_data") else None,
    )
    client.json("POST", f"{path}/initialize_jobs{query}")


def _reset(client: Client, path: str, *, force: bool, failed_only: bool) -> dict[str, Any]:
    forced = True if force else None
    client.json("POST", f"{path}/reset_status{query_of(force=forced)}")
    query = query_of(failed_only=failed_only, force=forced)
    answer = client.json("POST", f"{path}/reset_job_status{query}")
    return answer if isinstance(answer, dict) else {}


def reset_status(call: Call) -> None:
    """Make all jobs, or those that did not complete, uninitialized again."""
    workflow_id = id_of(call.args[0], "workflow")
    path = f"/workflows/{workflow_id}"
    failed_only = call.flag("failed_only")
    which = "the failed jobs" if failed_only else "all jobs"
    confirm(call, f"Reset {which} of workflow {workflow_id}?")
    client = connect(call)
    answer = _reset(client, path, force=call.flag("force"), failed_only=failed_only)
    if call.flag("reinitialize"):
        _initialize(client, path, call, only_uninitialized=failed_only)
    if call.wants_json:
        output.show_json({"status": "success", **answer, "workflow_id": workflow_id})
    else:
        from specification.texts.counts import counted

        n = answer.get("updated_count")
        done = which if n is None else counted(n, "job")
        then = " and initialized it" if call.flag("reinitialize") else ""
        output.emit(f"Reset {done} of workflow {workflow_id}{then}")


def reinitialize(call: Call) -> None:
    """Reset the stale jobs and what follows from them: they become ready or blocked again."""
    workflow_id = id_of(call.args[0], "workflow")
    path = f"/workflows/{workflow_id}"
    client = connect(call)
    if call.flag("dry_run"):
        output.show_rows(call, client.items(f"{path}/stale_jobs", None), _STALE, "stale jobs")
        return
    flags = {key: True if call.flag(key) else None for key in ("force", "start")}
    receipt = client.json("POST", f"{path}/process_changed_job_inputs{query_of(**flags)}")
    n = receipt.get("n_reset", len(receipt["reinitialized_jobs"]))
    if call.wants_json:
        answer = {"status": "success", "message": "reinitialized", "workflow_id": workflow_id}
        output.show_json({**answer, **receipt})
    elif not n:
        output.emit(f"Nothing is stale in workflow {workflow_id}")
    else:
        from specification.texts.counts import counted

        then = " and started it" if call.flag("start") else ""
        output.emit(f"Reinitialized {counted(n, 'job')} of workflow {workflow_id}{then}")


def _reasons(row: dict[str, Any]) -> str:
    more = f"; and {row['n_more_causes']} more" if row.get("n_more_causes") else ""
    return "; ".join(cause["sentence"] for cause in row["causes"]) + more


_STALE: "list[output.Column]" = [
    ("ID", "job_id"),
    ("Name", "name"),
    ("Status", "status"),
    ("Why", _reasons),
]


def start(call: Call) -> None:
    """Start a workflow and return at once."""
    workflow_id = id_of(call.args[0], "workflow")
    answer = connect(call).json("POST", f"/workflows/{workflow_id}/run", {})
    if call.wants_json:
        output.show_json(answer)
    else:
        output.emit(f"Started workflow {workflow_id}")


def status(call: Call) -> None:
    """Show the state of a workflow and its jobs by status."""
    path = f"/workflows/{id_of(call.args[0], 'workflow')}"
    client = connect(call)
    if call.wants_json:
        output.show_record(call, client.send("GET", f"{path}/status").body)
        return
    progress = client.json("GET", f"{path}/progress")
    workflow = client.json("GET", path)
    lines = [f"Workflow {workflow['id']} ({workflow['name']}): {state_of(progress)}"]
    lines += [f"  {n:>6} {status}" for status, n in progress["counts"].items() if n]
    if progress.get("waiting_reason"):
        lines.append(f"  waits: {progress['waiting_reason']}")
    lines += [f"  {job['name']}: {job['why']}" for job in progress.get("unplaceable") or []]
    output.emit("\n".join(output.visible(line) for line in lines))


def cancel(call: Call) -> int:
    """Cancel workflows, all that can be; return 4 if the server refused one."""
    ids = [id_of(text, "workflow") for text in call.args]
    client = connect(call)
    refusals: dict[int, ErrorResponse] = {}
    for workflow_id in ids:
        try:
            client.json("PUT", f"/workflows/{workflow_id}/cancel")
        except ErrorResponse as error:
            refusals[workflow_id] = error
    canceled = [workflow_id for workflow_id in ids if workflow_id not in refusals]
    if call.wants_json:
        answer = [{"status": "success", "workflow_id": workflow_id} for workflow_id in canceled]
        output.show_json(answer)
    elif canceled:
        output.emit(f"Canceled {ids_in_words('workflow', canceled)}")
    for refusal in refusals.values():
        output.note(refusal.lines()[0])
    return ErrorResponse.exit_code if refusals else 0


def delete(call: Call) -> None:
    """Delete workflows with their jobs, results and data."""
    ids = [id_of(text, "workflow") for text in call.args]
    confirm(call, f"Delete {ids_in_words('workflow', ids)} with all jobs and results?")
    client = connect(call)
    deleted = [client.json("DELETE", f"/workflows/{workflow_id}") for workflow_id in ids]
    if call.wants_json:
        output.show_json(deleted)
    else:
        output.emit(f"Deleted {ids_in_words('workflow', ids)}")
