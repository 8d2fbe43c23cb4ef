"""What a rerun would do, counted before anything is done: its preview and its fingerprint."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any

from database.sql import dumps, fetch, ids_source
from jobs.dependencies.walk import Reached, followers, forerunners, held_back
from jobs.models import Family, Job, ResourceRequirements
from jobs.statuses import ACTIVE
from workflows.errors import Refused
from workflows.models import Workflow
from workflows.rerun.resource_change import RequirementChange, ResourceChange, requirement_changes
from workflows.rerun.selection import RERUNNABLE, Selection, selected_jobs
from workflows.status.durations import mean_seconds

MAX_NAMED = 10
"""How many names of a kind a preview spells out."""
NO_FAMILY = "(no family)"


@dataclass(frozen=True, slots=True)
class RerunOptions:
    """What a rerun does with the jobs that were selected, and with those around them."""

    with_downstream: bool = True
    """Jobs that follow from them run again too."""
    with_upstream: bool = False
    """So do the jobs that they wait for directly, and further up whatever did not complete."""
    change: ResourceChange = field(default_factory=ResourceChange)
    """What the selected jobs shall ask from now on."""
    starts: bool = True
    """Workers may take them at once."""
    force: bool = False
    """What runs among them is canceled first, and inputs are not looked for."""


@dataclass(frozen=True, slots=True)
class FamilyCount:
    """How many jobs of one family will run again."""

    family_id: int | None
    label: str
    n_selected: int
    n_upstream: int
    n_downstream: int


@dataclass(frozen=True, slots=True)
class Overwritten:
    """What exists now and will be written again."""

    n: int
    names: list[str]
    """The first few."""


@dataclass(frozen=True, slots=True)
class RerunPreview:
    """What a rerun will do."""

    workflow_id: int
    run_id: int
    n_selected: int
    n_upstream: int
    n_downstream: int
    n_held_back: int
    """Jobs that stay canceled, because a job that is not run again ended badly."""
    n_running: int
    """Jobs among them that run: a conflict, unless they are canceled first."""
    running: list[str]
    """The names of the first few."""
    families: list[FamilyCount]
    files: Overwritten
    user_data: Overwritten
    changes: list[RequirementChange]
    seconds: float
    """How long the jobs will probably take, one after the other."""
    cpu_seconds: float
    n_unknown: int
    """Jobs of which nobody knows how long they take."""
    fingerprint: str
    """Equal as long as a rerun would do the same."""

    @property
    def n_jobs(self) -> int:
        """How many jobs run again."""
        return self.n_selected + self.n_upstream + self.n_downstream


@dataclass(slots=True)
class Parts:
    """The jobs that run again, by the reason why."""

    selected: list[Reached]
    upstream: list[Reached] = field(default_factory=list)
    downstream: list[Reached] = field(default_factory=list)
    n_held_back: int = 0

    @property
    def jobs(self) -> list[Reached]:
        """All of them."""
        return [*self.selected, *self.upstream, *self.downstream]

    @property
    def running_ids(self) -> list[int]:
        """Those of them that run now."""
        return [one.job_id for one in self.jobs if one.status in ACTIVE]

    def leave_out(self, job_ids: set[int]) -> None:
        """Forget jobs that another failure holds back."""
        self.n_held_back = len(job_ids)
        for name in ("selected", "upstream", "downstream") if job_ids else ():
            kept = [one for one in getattr(self, name) if one.job_id not in job_ids]
            setattr(self, name, kept)


@dataclass(frozen=True, slots=True)
class Plan:
    """A preview, and the rows behind it."""

    parts: Parts
    requirements: dict[int, ResourceRequirements]
    """What the jobs ask now, by id."""
    preview: RerunPreview


def foresee(workflow: Workflow, selection: Selection, options: RerunOptions) -> Plan:
    """Count what a rerun would do; nothing is changed, and a dozen queries do for any number.

    Raises:
        Refused: the selection or the change is not possible, or dependencies have to be made anew.
    """
    if workflow.is_graph_stale:
        raise Refused(
            "graph_stale",
            f"Jobs of workflow {workflow.pk} or what they read and write were changed.",
            hint=f"Run `torc workflows initialize --only-uninitialized {workflow.pk}` first.",
        )
    parts = _parts(workflow, selection, options)
    ids = {one.requirements_id for one in parts.jobs}
    rows = ResourceRequirements.objects.filter(workflow=workflow).in_bulk()
    requirements = {key: row for key, row in rows.items() if key in ids}
    return Plan(parts, requirements, _preview(workflow, selection, options, parts, requirements))


def _parts(workflow: Workflow, selection: Selection, options: RerunOptions) -> Parts:
    parts = Parts(selected_jobs(workflow, selection))
    known = set(_ids(parts.selected))
    if options.with_upstream and known:
        parts.upstream = _new(forerunners(known), known)
    if options.with_downstream and known:
        parts.downstream = _new(followers(known), known)
    parts.leave_out(held_back(workflow.pk, known) if known else set())
    return parts


def _new(found: Sequence[Reached], known: set[int]) -> list[Reached]:
    """Those that can run again and are not known yet; from now on they are."""
    new = [one for one in found if one.job_id not in known and one.status in RERUNNABLE]
    known.update(one.job_id for one in new)
    return sorted(new)


def _ids(jobs: Sequence[Reached]) -> list[int]:
    return [one.job_id for one in jobs]


def _preview(
    workflow: Workflow,
    selection: Selection,
    options: RerunOptions,
    parts: Parts,
    requirements: Mapping[int, ResourceRequirements],
) -> RerunPreview:
    listed = dumps(_ids(parts.jobs))
    asked = Counter(one.requirements_id for one in parts.selected)
    seconds, cpu_seconds, n_unknown = _estimate(workflow, options, parts, requirements)
    counted = RerunPreview(
        workflow_id=workflow.pk,
        run_id=workflow.run_id,
        n_selected=len(parts.selected),
        n_upstream=len(parts.upstream),
        n_downstream=len(parts.downstream),
        n_held_back=parts.n_held_back,
        n_running=len(parts.running_ids),
        running=_names(parts.running_ids),
        families=_families(workflow, parts),
        files=_overwritten(_FILES, listed),
        user_data=_overwritten(_USER_DATA, listed),
        changes=requirement_changes(requirements, asked, options.change) if options.change else [],
        seconds=seconds,
        cpu_seconds=cpu_seconds,
        n_unknown=n_unknown,
        fingerprint="",
    )
    return replace(counted, fingerprint=_fingerprint(counted, selection, options))


def _fingerprint(counted: RerunPreview, selection: Selection, options: RerunOptions) -> str:
    """Of what is reset, overwritten and asked; estimates and names may differ."""
    told: list[Any] = [
        [counted.workflow_id, counted.run_id, selection.given(), options.change.given()],
        [options.with_downstream, options.with_upstream, counted.n_held_back, counted.n_running],
        [counted.files.n, counted.user_data.n],
        [
            [one.family_id, one.n_selected, one.n_upstream, one.n_downstream]
            for one in counted.families
        ],
        [[one.requirements_id, one.n_jobs] for one in counted.changes],
    ]
    return sha256(json.dumps(told).encode()).hexdigest()[:16]


def _names(job_ids: Sequence[int]) -> list[str]:
    if not job_ids:
        return []
    rows = Job.objects.filter(pk__in=job_ids[:MAX_NAMED]).order_by("pk")
    return list(rows.values_list("name", flat=True))


def _families(workflow: Workflow, parts: Parts) -> list[FamilyCount]:
    groups = (parts.selected, parts.upstream, parts.downstream)
    counters = [Counter(one.family_id for one in group) for group in groups]
    present = set().union(*counters)
    rows = Family.objects.filter(workflow=workflow).order_by("position")
    named: list[tuple[int | None, str]] = list(rows.values_list("pk", "label"))
    return [
        FamilyCount(family_id, label, *(counter[family_id] for counter in counters))
        for family_id, label in [*named, (None, NO_FAMILY)]
        if family_id in present
    ]


_FILES = """
    SELECT f.name, count(*) OVER () FROM userdata_file f WHERE f.st_mtime IS NOT NULL AND f.id IN (
        SELECT l.file_id FROM jobs_jobfile l WHERE l.is_output AND l.job_id IN ({ids}))
    ORDER BY f.id LIMIT {limit}"""
_USER_DATA = """
    SELECT d.name, count(*) OVER () FROM userdata_userdata d WHERE d.data <> 'null' AND d.id IN (
        SELECT l.user_data_id FROM jobs_jobuserdata l WHERE l.is_output AND l.job_id IN ({ids}))
    ORDER BY d.id LIMIT {limit}"""


def _overwritten(sql: str, listed: str) -> Overwritten:
    rows = fetch(sql.format(ids=ids_source(), limit=MAX_NAMED), [listed])
    return Overwritten(rows[0][1] if rows else 0, [row[0] for row in rows])


def _estimate(
    workflow: Workflow,
    options: RerunOptions,
    parts: Parts,
    requirements: Mapping[int, ResourceRequirements],
) -> tuple[float, float, int]:
    """(seconds, CPU seconds, number of jobs of which nothing is known)."""
    n_by_family: dict[int | None, Counter[int]] = defaultdict(Counter)
    for one in parts.selected:
        n_by_family[one.family_id][options.change.num_cpus or _cpus(requirements, one)] += 1
    for one in (*parts.upstream, *parts.downstream):
        n_by_family[one.family_id][_cpus(requirements, one)] += 1
    means = mean_seconds(workflow, n_by_family)
    known = [(means[family], n) for family, n in n_by_family.items() if family in means]
    return (
        sum(mean * by_cpus.total() for mean, by_cpus in known),
        sum(mean * n * cpus for mean, by_cpus in known for cpus, n in by_cpus.items()),
        sum(n.total() for family, n in n_by_family.items() if family not in means),
    )


def _cpus(requirements: Mapping[int, ResourceRequirements], job: Reached) -> int:
    return requirements[job.requirements_id].num_cpus
