"""`torc run` and `torc watch`: create and start where needed, show progress, sum up the end."""

import os
import time
from typing import Any

from torc_cli.commands.end_of_run import COMPLETED, INTERRUPTED, STUCK, EndOfRun
from torc_cli.errors import ErrorResponse
from torc_cli.http.client import Client, query_of
from torc_cli.http.patience import SECONDS_BEFORE_NOTE, PatientClient, connect_patiently
from torc_cli.http.spec_upload import print_warnings, upload_spec
from torc_cli.line.arguments import Call, id_of
from torc_cli.screen import output
from torc_cli.screen.progress_line import ProgressLine
from torc_cli.screen.run_summary import MAX_JOBS, summary
from torc_cli.statuses import UNSUCCESSFUL

_SHORTEST_PAUSE = 0.05
_LONGEST_PAUSE = 1.0
# Nodes come and go without changing the workflow's revision, so the server is asked in full, too.
_SECONDS_BETWEEN_FULL_REQUESTS = 5.0
_MAX_NOTES = 10


def run(call: Call) -> int:
    """Run a spec file or a stored workflow; return 0, 1, 3 or 130, as it ended.

    Raises CliError when it cannot be created or started.
    """
    client = connect_patiently(call)
    workflow_id = _workflow_id(client, call)
    _start(client, workflow_id)
    if call.flag("detach"):
        if call.wants_json:
            output.show_json({"id": workflow_id, "workflow_id": workflow_id, "status": "started"})
        else:
            output.emit(f"Started workflow {workflow_id}; see `torc status {workflow_id}`")
        return COMPLETED
    return _watch(call, client, workflow_id)


def watch(call: Call) -> int:
    """Show the progress of a started workflow until its end; return the codes of `run`."""
    return _watch(call, connect_patiently(call), id_of(call.args[0], "workflow"))


def _start(client: PatientClient, workflow_id: int) -> None:
    try:
        client.json("POST", f"/workflows/{workflow_id}/run", {})
    except ErrorResponse as error:
        # The connection broke after the start, and all jobs have ended before it was sent again.
        if not client.was_repeated or error.problem.get("code") != "workflow_complete":
            raise


def _watch(call: Call, client: PatientClient, workflow_id: int) -> int:
    name = client.json("GET", f"/workflows/{workflow_id}")["name"]
    line = ProgressLine(name, time.monotonic(), output.is_terminal(2))
    client.add_note = line.add_note
    end = EndOfRun()
    try:
        code, progress = _follow(client, workflow_id, line, end)
    except KeyboardInterrupt:
        line.add_note(
            f"Detached: workflow {workflow_id} runs on. See it with `torc status {workflow_id}`, "
            f"end it with `torc cancel {workflow_id}`."
        )
        return INTERRUPTED
    _print_end(call, client, workflow_id, progress, code, end)
    return code


def _workflow_id(client: Client, call: Call) -> int:
    text = call.args[0]
    if text.isascii() and text.isdigit() and not os.path.exists(text):
        return id_of(text, "workflow")
    created = upload_spec(client, text)
    print_warnings(created.get("counts") or {})
    output.note(f"Created workflow {created['id']}")
    return int(created["id"])


def _follow(
    client: Client, workflow_id: int, line: ProgressLine, end: EndOfRun
) -> tuple[int, dict[str, Any]]:
    """Return the exit code and the last progress, once the workflow has come to its end."""
    updates = _Updates(client, workflow_id)
    notes: set[str] = set()
    pause = _SHORTEST_PAUSE
    while True:
        before = time.monotonic()
        has_changed = updates.fetch(before)
        now = time.monotonic()
        if now - before > SECONDS_BEFORE_NOTE:
            end.forget()
        pause = _SHORTEST_PAUSE if has_changed else min(pause * 1.5, _LONGEST_PAUSE)
        if progress := updates.progress:
            code = end.exit_code(progress, now)
            _show_notes(line, progress, notes)
            line.show(progress, now, is_last=code is not None)
            if code is not None:
                line.close()
                return code, progress
        time.sleep(pause)


class _Updates:
    """The latest progress of a workflow."""

    def __init__(self, client: Client, workflow_id: int) -> None:
        self.progress: dict[str, Any] = {}
        self._client = client
        self._path = f"/workflows/{workflow_id}/progress"
        self._full_at = float("-inf")

    def fetch(self, now: float) -> bool:
        """Ask the server, and return whether the progress has changed."""
        is_full = now - self._full_at >= _SECONDS_BETWEEN_FULL_REQUESTS or not self.progress
        revision = None if is_full else self.progress["revision"]
        answer = self._client.json("GET", self._path + query_of(revision=revision))
        if is_full and answer:
            self._full_at = now
        has_changed = bool(answer) and answer != self.progress
        self.progress = answer or self.progress
        return has_changed


def _show_notes(line: ProgressLine, progress: dict[str, Any], shown: set[str]) -> None:
    """Show each job that fits nowhere and each warning once, at most ten in all."""
    for note in (progress.get("unplaceable") or []) + (progress.get("warnings") or []):
        text = f"note: {note['name']}: {note['why']}"
        if text not in shown and len(shown) < _MAX_NOTES:
            shown.add(text)
            line.add_note(text)


def _print_end(
    call: Call,
    client: Client,
    workflow_id: int,
    progress: dict[str, Any],
    code: int,
    end: EndOfRun,
) -> None:
    jobs = _unsuccessful_jobs(client, workflow_id, progress["counts"]) if code else []
    if call.wants_json:
        output.show_json(
            {
                "id": workflow_id,
                "workflow_id": workflow_id,
                "exit_code": code,
                "counts": progress["counts"],
                "jobs": jobs,
                "reason": end.reason or None,
            }
        )
        return
    for line in summary(workflow_id, progress, jobs, is_stuck=code == STUCK):
        output.emit(output.visible(line))
    if code == STUCK:
        output.note(f"error: workflow {workflow_id} cannot go on: {end.reason}")


def _unsuccessful_jobs(
    client: Client, workflow_id: int, counts: dict[str, int]
) -> list[dict[str, Any]]:
    """Return the first ten jobs that did not complete: failed ones first, canceled ones last."""
    rows: list[dict[str, Any]] = []
    for status in UNSUCCESSFUL:
        limit = min(counts.get(status, 0), MAX_JOBS - len(rows))
        if limit <= 0:
            continue
        jobs = client.items("/jobs", limit, workflow_id=workflow_id, status=status)
        results = {} if status == "canceled" else _results(client, workflow_id, jobs)
        rows += [
            {
                "id": job["id"],
                "name": job["name"],
                "status": status,
                "return_code": results.get(job["id"], {}).get("return_code"),
                "reason": job.get("reason") or results.get(job["id"], {}).get("reason"),
            }
            for job in jobs
        ]
    return rows


def _results(
    client: Client, workflow_id: int, jobs: list[dict[str, Any]]
) -> dict[int, dict[str, Any]]:
    """Return the present result of each job that has one, by the id of the job."""
    results = []
    for job in jobs:
        results += client.items("/results", 1, workflow_id=workflow_id, job_id=job["id"])
    return {result["job_id"]: result for result in results}
