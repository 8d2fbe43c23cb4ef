"""What `torc run` prints at the end."""

from typing import Any

from torc_cli.screen.quantities import counts_in_words
from torc_cli.statuses import UNSUCCESSFUL, n_in, state_of

MAX_JOBS = 10
"""How many jobs that did not complete are named."""


def summary(
    workflow_id: int,
    progress: dict[str, Any],
    jobs: list[dict[str, Any]],
    *,
    is_stuck: bool = False,
) -> list[str]:
    """Return lines: how the run ended, the counts, and jobs that did not complete.

    Args:
        workflow_id: the workflow.
        progress: its progress at the end.
        jobs: the first `MAX_JOBS` that did not complete.
        is_stuck: nothing more can run.
    """
    counts = progress["counts"]
    state = "stuck" if is_stuck else state_of(progress)
    lines = [f"Workflow {workflow_id} is {state}: {counts_in_words(counts)}"]
    lines += [f"  {_line(job)}" for job in jobs]
    n_more = n_in(counts, UNSUCCESSFUL) - len(jobs)
    if jobs and n_more > 0:
        lines.append(f"  and {n_more} more")
    if any(job.get("return_code") is not None for job in jobs):
        lines.append(f"See what a job wrote with `torc jobs logs {jobs[0]['id']}` (--stderr).")
    return lines


def _line(job: dict[str, Any]) -> str:
    parts = [f"{job['status']:<10} {job['name']} (job {job['id']})"]
    if job.get("return_code") is not None:
        parts.append(f"return code {job['return_code']}")
    if job.get("reason") and job["reason"] not in parts:
        parts.append(str(job["reason"]))
    return ": ".join([parts[0], ", ".join(parts[1:])]) if parts[1:] else parts[0]
