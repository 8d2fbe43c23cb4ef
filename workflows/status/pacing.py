"""What jobs took of late, for a few workflows at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from jobs.sql import fetch, moment

SAMPLE = 101
"""How many of the latest attempts stand for all."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How a run has gone of late."""

    median_seconds: float | None
    """Of attempts that ended well; None if none did."""
    last_ended_at: datetime | None


def paces(runs: Mapping[int, int]) -> dict[int, Pace]:
    """Return the pace of each workflow's run, in one query that reads the latest attempts only.

    Args:
        runs: workflow id -> run id, few enough for one page.
    """
    if not runs:
        return {}
    one = f"""SELECT * FROM (SELECT workflow_id, return_code, exec_seconds, ended_at
        FROM jobs_result WHERE workflow_id = %s AND run_id = %s AND ended_at IS NOT NULL
        ORDER BY id DESC LIMIT {SAMPLE}) AS latest"""
    parameters = [number for pair in runs.items() for number in pair]
    rows = fetch(" UNION ALL ".join([one] * len(runs)), parameters)
    return {
        workflow_id: _pace([row for row in rows if row[0] == workflow_id]) for workflow_id in runs
    }


def _pace(rows: list[tuple[int, int, float | None, str]]) -> Pace:
    seconds = [taken for _, code, taken, _ in rows if code == 0 and taken is not None]
    ends = [at for *_, ended in rows if (at := moment(ended))]
    return Pace(median(seconds) if seconds else None, max(ends, default=None))
