"""The jobs one step before and after a job, families of many as one, in one query."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from database.sql import fetch
from jobs.statuses import DISPLAY_ORDER, JobStatus
from specification.texts.counts import counted

MAX_NAMED = 5
"""Neighbors of one family that are named one by one."""
MAX_GROUPS = 12
"""Families on one side that are named."""
MAX_ROWS = 2_000

_SQL = f"""
    WITH near AS (
        SELECT 0 AS side, m.job_id FROM jobs_jobwait w
        JOIN jobs_predecessormember m ON m.set_id = w.set_id WHERE w.job_id = %s
        UNION
        SELECT 1 AS side, w.job_id FROM jobs_predecessormember m
        JOIN jobs_jobwait w ON w.set_id = m.set_id WHERE m.job_id = %s
    ), counted AS (
        SELECT n.side, COALESCE(j.family_id, 0) AS family_id, j.status,
               count(*) AS n_status, min(j.id) AS first_id
        FROM near n JOIN jobs_job j ON j.id = n.job_id
        GROUP BY n.side, COALESCE(j.family_id, 0), j.status
    ), summed AS (
        SELECT c.*, sum(n_status) OVER (PARTITION BY side) AS n_side,
               sum(n_status) OVER (PARTITION BY side, family_id) AS n_family
        FROM counted c
    ), named AS (
        SELECT side, first_id AS job_id FROM counted
        UNION
        SELECT n.side, n.job_id FROM near n JOIN jobs_job j ON j.id = n.job_id
        WHERE (n.side, COALESCE(j.family_id, 0)) IN (
            SELECT side, family_id FROM summed WHERE n_family <= {MAX_NAMED})
    )
    SELECT s.side, s.n_side, j.family_id, f.label, j.status, j.id, j.name, s.n_family, s.n_status
    FROM named n JOIN jobs_job j ON j.id = n.job_id
    JOIN summed s ON s.side = n.side AND s.family_id = COALESCE(j.family_id, 0)
                 AND s.status = j.status
    LEFT JOIN jobs_family f ON f.id = j.family_id
    ORDER BY s.side, j.family_id, j.id LIMIT {MAX_ROWS}"""


class _Row(NamedTuple):
    side: int
    n_side: int
    family_id: int | None
    label: str | None
    status: int
    job_id: int
    name: str
    n_family: int
    n_status: int


@dataclass(frozen=True, slots=True)
class Neighbor:
    """One job beside another."""

    job_id: int
    name: str
    status: JobStatus

    @property
    def word(self) -> str:
        """The status as pages know it."""
        return self.status.word


@dataclass(slots=True)
class Group:
    """The neighbors of one family on one side."""

    family_id: int | None
    label: str
    n_jobs: int
    counts: dict[str, int] = field(default_factory=dict)
    """Status word -> how many, in the order of the bars."""
    jobs: list[Neighbor] = field(default_factory=list)
    """The first of each status; all of them if they are few."""

    @property
    def is_collapsed(self) -> bool:
        """They are too many to be named one by one."""
        return self.n_jobs > MAX_NAMED


@dataclass(frozen=True, slots=True)
class Neighborhood:
    """What a job waits for directly, and what waits for it."""

    before: list[Group]
    after: list[Group]
    n_before: int = 0
    n_after: int = 0
    """How many jobs there are on each side, also of families that are left out."""

    @property
    def n_left_out(self) -> int:
        """Return how many jobs belong to families that are left out."""
        shown = sum(group.n_jobs for group in (*self.before, *self.after))
        return self.n_before + self.n_after - shown

    def held_back(self) -> str:
        """Name what does not run because the job has not ended well; empty if nothing."""
        held = [(group, word) for group in self.after for word in group.counts if word in _HELD]
        if not held:
            return ""
        name = _first_of(*held[0]).name
        n_others = sum(group.counts[word] for group, word in held) - 1
        others = f" and {counted(n_others, 'other')}" if n_others else ""
        return f"{name}{others}"


_HELD = frozenset({JobStatus.BLOCKED.word, JobStatus.CANCELED.word})


def neighbors_of(job_id: int) -> Neighborhood:
    """Return the jobs on both sides of a job."""
    sides: tuple[dict[Any, Group], dict[Any, Group]] = ({}, {})
    totals = [0, 0]
    for row in (_Row(*values) for values in fetch(_SQL, [job_id, job_id])):
        totals[row.side] = int(row.n_side)  # sums are no integers everywhere
        _add(sides[row.side], row)
    before, after = ([_ordered(group) for group in side.values()] for side in sides)
    return Neighborhood(before, after, *totals)


def _add(groups: dict[Any, Group], row: _Row) -> None:
    """Count a row in the group of its family, unless there are too many families."""
    if row.family_id not in groups and len(groups) == MAX_GROUPS:
        return
    blank = Group(row.family_id, row.label or "", int(row.n_family))
    group = groups.setdefault(row.family_id, blank)
    status = JobStatus(row.status)
    group.counts[status.word] = row.n_status
    group.jobs.append(Neighbor(row.job_id, row.name, status))


def _ordered(group: Group) -> Group:
    words = [status.word for status in DISPLAY_ORDER if status.word in group.counts]
    group.counts = {word: group.counts[word] for word in words}
    return group


def _first_of(group: Group, word: str) -> Neighbor:
    return next(job for job in group.jobs if job.word == word)
