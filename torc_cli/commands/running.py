"""`torc run` and `torc watch`: create if needed, start, watch until the end, sum up."""

import os
import time
from typing import Any

from torc_cli.commands.run_end import COMPLETED, INTERRUPTED, STUCK, Watch
from torc_cli.commands.spec_files import send_spec, tell_warnings
from torc_cli.errors import Unreachable
from torc_cli.http.client import Client, connect, query_of
from torc_cli.line.arguments import Call, id_of
from torc_cli.screen import output
from torc_cli.screen.progress import Painter
from torc_cli.screen.run_summary import summary

_QUICKEST = 0.05
_SLOWEST = 1.0
# Nodes come and go without changing the workflow, so now and then it is asked for in full.
_FULL_LOOK_EVERY = 5.0
_OUTAGE = 60.0


def run(call: Call) -> int:
    """Run a spec file or a stored workflow; return 0, 1, 3 or 130 as its end was."""
    client = connect(call)
    workflow_id = _workflow(client, call)
    client.json("POST", f"/workflows/{workflow_id}/run", {})
    if call.flag("detach"):
        if call.wants_json:
            output.show_json({"id": workflow_id, "workflow_id": workflow_id, "status": "started"})
        else:
            output.emit(f"Started workflow {workflow_id}; see `torc status {workflow_id}`")
        return COMPLETED
    return _watch(call, client, workflow_id)


def watch(call: Call) -> int:
    """Show a workflow that somebody else has started until its end; return codes as of `run`."""
    return _watch(call, connect(call), id_of(call.args[0], "workflow"))


def _watch(call: Call, client: Client, workflow_id: int) -> int:
    name = client.json("GET", f"/workflows/{workflow_id}")["name"]
    painter = Painter(name, time.monotonic(), output.is_terminal(2))
    judge = Watch()
    try:
        code, progress = _follow(client, workflow_id, painter, judge)
    except KeyboardInterrupt:
        painter.tell(
            f"Detached: workflow {workflow_id} runs on. See it with `torc status {workflow_id}`, "
            f"end it with `torc cancel {workflow_id}`."
        )
        return INTERRUPTED
    _finish(call, client, workflow_id, progress, code, judge)
    return code


def _workflow(client: Client, call: Call) -> int:
    text = call.args[0]
    if text.isascii() and text.isdigit() and not os.path.exists(text):
        return id_of(text, "workflow")
    created = send_spec(client, text)
    tell_warnings(created.get("counts") or {})
    output.note(f"Created workflow {created['id']}")
    return int(created["id"])


def _follow(
    client: Client, workflow_id: int, painter: Painter, judge: Watch
) -> tuple[int, dict[str, Any]]:
    path = f"/workflows/{workflow_id}/progress"
    progress: dict[str, Any] = {}
    told: set[str] = set()
    pause, looked_at, answered_at = _QUICKEST, float("-inf"), time.monotonic()
    while True:
        now = time.monotonic()
        is_full = now - looked_at >= _FULL_LOOK_EVERY or not progress
        revision = None if is_full else progress["revision"]
        try:
            news = client.json("GET", path + query_of(revision=revision))
            answered_at = now
        except Unreachable:
            if now - answered_at > _OUTAGE:
                raise
            news = None
        looked_at = now if is_full and news else looked_at
        pause = _QUICKEST if news and news != progress else min(pause * 1.5, _SLOWEST)
        progress = news or progress
        code = judge.verdict(progress, now) if progress else None
        if progress:
            _tell_warnings(painter, progress, told)
            painter.show(progress, now, is_last=code is not None)
        if code is not None:
            painter.close()
            return code, progress
        time.sleep(pause)


def _tell_warnings(painter: Painter, progress: dict[str, Any], told: set[str]) -> None:
    for each in (progress.get("unplaceable") or []) + (progress.get("warnings") or []):
        text = f"note: {each['name']}: {each['why']}"
        if text not in told and len(told) < 10:
            told.add(text)
            painter.tell(text)


def _finish(
    call: Call,
    client: Client,
    workflow_id: int,
    progress: dict[str, Any],
    code: int,
    judge: Watch,
) -> None:
    bad = _bad_jobs(client, workflow_id, progress["counts"]) if code else []
    if call.wants_json:
        output.show_json(
            {
                "id": workflow_id,
                "workflow_id": workflow_id,
                "exit_code": code,
                "counts": progress["counts"],
                "jobs": bad,
                "reason": judge.why or None,
            }
        )
        return
    for line in summary(workflow_id, progress, bad, is_stuck=code == STUCK):
        output.emit(output.visible(line))
    if code == STUCK:
        output.note(f"error: workflow {workflow_id} cannot go on: {judge.why}")


def _bad_jobs(client: Client, workflow_id: int, counts: dict[str, int]) -> list[dict[str, Any]]:
    """Return the first ten jobs that failed, then those that were ended or canceled."""
    rows: list[dict[str, Any]] = []
    for status in ("failed", "terminated", "pending_failed", "canceled"):
        wanted = min(counts.get(status, 0), 10 - len(rows))
        if wanted <= 0:
            continue
        jobs = client.items("/jobs", wanted, workflow_id=workflow_id, status=status)
        results = [] if status == "canceled" else _results(client, workflow_id, jobs)
        ends = {row["job_id"]: row for row in results}
        rows += [
            {
                "id": job["id"],
                "name": job["name"],
                "status": status,
                "return_code": ends.get(job["id"], {}).get("return_code"),
                "reason": job.get("reason") or ends.get(job["id"], {}).get("reason"),
            }
            for job in jobs
        ]
    return rows


def _results(client: Client, workflow_id: int, jobs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    found = []
    for job in jobs:
        found += client.items("/results", 1, workflow_id=workflow_id, job_id=job["id"])
    return found
