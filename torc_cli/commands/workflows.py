"""`torc workflows`: a whole workflow at a time."""

from typing import Any

from torc_cli.commands.spec_files import send_spec, tell_warnings
from torc_cli.http.client import Client, connect, query_of, rows_of
from torc_cli.line.arguments import Call, id_of
from torc_cli.line.ids_and_questions import confirm
from torc_cli.screen import output
from torc_cli.screen.wording import counts_in_words, moment, state_of

_LIST: "list[output.Column]" = [
    ("ID", "id"),
    ("Name", "name"),
    ("Description", lambda row: output.first_line(row.get("description") or "")),
    ("User", "user"),
    ("Timestamp", lambda row: moment(row.get("timestamp"))),
]


def create(call: Call) -> None:
    """Store a workflow from a spec."""
    if call.flag("dry_run"):
        check(call)
        return
    created = send_spec(connect(call), call.args[0])
    if call.wants_json:
        output.show_json({"id": created["id"], "workflow_id": created["id"], **created})
    else:
        tell_warnings(created.get("counts") or {})
        output.emit(f"Created workflow {created['id']}")


def check(call: Call) -> None:
    """Let the server check a spec and store nothing."""
    counts = send_spec(connect(call), call.args[0], "/workflow_specs/check")
    if call.wants_json:
        output.show_json(counts)
        return
    tell_warnings(counts)
    numbers = [f"{n:>6} {_plain(name)}" for name, n in counts.items() if _is_count(n)]
    output.emit("\n  ".join(["The spec is right.", *numbers, *_asked(counts.get("asked"))]))


def _asked(asked: "dict[str, Any] | None") -> "list[str]":
    if asked is None:  # by an older server
        return []
    hours = [
        (asked["cpu_hours"], "CPU hours asked at most"),
        (asked["gpu_hours"], "GPU hours"),
        (asked["memory_gib_hours"], "GiB hours of memory"),
        (asked["n_jobs_without_limit"], "jobs without a runtime limit"),
    ]
    return [
        f"{number:>6{'.0f' if number >= 100 else '.3g'}} {what}" for number, what in hours if number
    ]


def _plain(name: str) -> str:
    return name.removeprefix("n_").replace("_", " ")


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


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
    output.show_rows(call, rows, _LIST, "workflows")


def get(call: Call) -> None:
    """Show one workflow."""
    path = f"/workflows/{id_of(call.args[0], 'workflow')}"
    output.show_record(call, connect(call).send("GET", path).body)


def initialize(call: Call) -> None:
    """Make jobs ready or blocked, from the beginning unless told otherwise."""
    workflow_id = id_of(call.args[0], "workflow")
    client = connect(call)
    path = f"/workflows/{workflow_id}"
    only = call.flag("only_uninitialized")
    if not only and output.is_terminal() and not _is_untouched(client, path):
        confirm(call, f"Workflow {workflow_id} is initialized. Reset all its jobs?")
    _initialize(client, path, call, only=only)
    counts = client.json("GET", f"{path}/progress")["counts"]
    if call.wants_json:
        message = "initialized"
        answer = {"status": "success", "message": message, "workflow_id": workflow_id}
        output.show_json({**answer, "counts": counts})
    else:
        output.emit(f"Initialized workflow {workflow_id}: {counts_in_words(counts)}")


def _is_untouched(client: Client, path: str) -> bool:
    return bool(client.json("GET", f"{path}/is_uninitialized")["is_uninitialized"])


def _initialize(client: Client, path: str, call: Call, *, only: bool) -> None:
    query = query_of(
        only_uninitialized=only,
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
        _initialize(client, path, call, only=failed_only)
    if call.wants_json:
        output.show_json({"status": "success", **answer, "workflow_id": workflow_id})
    else:
        n = answer.get("updated_count")
        done = which if n is None else f"{n} job{'' if n == 1 else 's'}"
        then = " and initialized it" if call.flag("reinitialize") else ""
        output.emit(f"Reset {done} of workflow {workflow_id}{then}")


def reinitialize(call: Call) -> None:
    """Make the jobs that are stale, and what follows from them, ready or blocked again."""
    workflow_id = id_of(call.args[0], "workflow")
    path = f"/workflows/{workflow_id}"
    client = connect(call)
    if call.flag("dry_run"):
        output.show_rows(call, client.items(f"{path}/stale_jobs", None), _STALE, "stale jobs")
        return
    given = {key: True if call.flag(key) else None for key in ("force", "start")}
    done = client.json("POST", f"{path}/process_changed_job_inputs{query_of(**given)}")
    n = done.get("n_reset", len(done["reinitialized_jobs"]))
    if call.wants_json:
        answer = {"status": "success", "message": "reinitialized", "workflow_id": workflow_id}
        output.show_json({**answer, **done})
    elif not n:
        output.emit(f"Nothing is stale in workflow {workflow_id}")
    else:
        then = " and started it" if call.flag("start") else ""
        output.emit(f"Reinitialized {n} job{'' if n == 1 else 's'} of workflow {workflow_id}{then}")


def _why(row: dict[str, Any]) -> str:
    more = f"; and {row['n_more_causes']} more" if row.get("n_more_causes") else ""
    return "; ".join(cause["sentence"] for cause in row["causes"]) + more


_STALE: "list[output.Column]" = [
    ("ID", "job_id"),
    ("Name", "name"),
    ("Status", "status"),
    ("Why", _why),
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
    """Say how far a workflow is."""
    path = f"/workflows/{id_of(call.args[0], 'workflow')}"
    client = connect(call)
    if call.wants_json:
        output.show_record(call, client.send("GET", f"{path}/status").body)
        return
    progress = client.json("GET", f"{path}/progress")
    whole = client.json("GET", path)
    lines = [f"Workflow {whole['id']} ({whole['name']}): {state_of(progress)}"]
    lines += [f"  {n:>6} {word}" for word, n in progress["counts"].items() if n]
    if progress.get("waiting_reason"):
        lines.append(f"  waits: {progress['waiting_reason']}")
    lines += [f"  {each['name']}: {each['why']}" for each in progress.get("unplaceable") or []]
    output.emit("\n".join(output.visible(line) for line in lines))


def cancel(call: Call) -> None:
    """Cancel workflows."""
    ids = [id_of(text, "workflow") for text in call.args]
    client = connect(call)
    for each in ids:
        client.json("PUT", f"/workflows/{each}/cancel")
    if call.wants_json:
        output.show_json([{"status": "success", "workflow_id": each} for each in ids])
    else:
        output.emit(f"Canceled workflow {', '.join(map(str, ids))}")


def delete(call: Call) -> None:
    """Delete workflows with all they have."""
    ids = [id_of(text, "workflow") for text in call.args]
    plural = "s" if len(ids) > 1 else ""
    confirm(call, f"Delete workflow{plural} {', '.join(call.args)} with all jobs and results?")
    client = connect(call)
    deleted = [client.json("DELETE", f"/workflows/{each}") for each in ids]
    if call.wants_json:
        output.show_json(deleted)
    else:
        output.emit(f"Deleted workflow{plural} {', '.join(map(str, ids))}")
