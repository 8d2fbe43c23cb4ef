"""The last words of `torc run`."""

from typing import Any

from torc_cli.screen.wording import counts_in_words, state_of


def summary(
    workflow_id: int, progress: dict[str, Any], bad: list[dict[str, Any]], *, is_stuck: bool = False
) -> list[str]:
    """Return lines: how it ended, the counts, and up to ten jobs that did not complete."""
    counts = progress["counts"]
    state = "stuck" if is_stuck else state_of(progress)
    lines = [f"Workflow {workflow_id} is {state}: {counts_in_words(counts)}"]
    lines += [f"  {_line(job)}" for job in bad]
    n_bad = sum(counts.get(word, 0) for word in ("failed", "terminated", "canceled"))
    if n_bad > len(bad) > 0:
        lines.append(f"  and {n_bad - len(bad)} more")
    if any(job.get("return_code") is not None for job in bad):
        lines.append(f"See what a job wrote with `torc jobs logs {bad[0]['id']}` (--stderr).")
    return lines


def _line(job: dict[str, Any]) -> str:
    parts = [f"{job['status']:<10} {job['name']} (job {job['id']})"]
    if job.get("return_code") is not None:
        parts.append(f"return code {job['return_code']}")
    if job.get("reason") and job["reason"] not in parts:
        parts.append(str(job["reason"]))
    return ": ".join([parts[0], ", ".join(parts[1:])]) if parts[1:] else parts[0]
