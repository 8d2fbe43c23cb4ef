"""What a rerun would do, counted before anything is done: its preview and its fingerprint."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any, NamedTuple

from database.sql import dumps, fetch, ids_source
from jobs.dependencies.walk import Reached
from jobs.models import Family, Job, ResourceRequirements
from workflows.archived import refuse_archived
from workflows.errors import Refused
from workflows.models import Workflow
from workflows.rerun.options import RerunOptions
from workflows.rerun.resource_change import RequirementChange, requirement_changes
from workflows.rerun.selection import JobsToRerun, Selection, jobs_to_rerun
from workflows.status.estimates import mean_seconds

MAX_NAMED = 10
"""How many names of a kind a preview spells out."""
NO_FAMILY = "(no family)"


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
    """Jobs that stay canceled, because a job that does not run again ended badly."""
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
    """Jobs whose run time cannot be estimated."""
    fingerprint: str
    """Equal as long as a rerun would do the same."""

    @property
    def n_jobs(self) -> int:
        """Return how many jobs run again."""
        return self.n_selected + self.n_upstream + self.n_downstream


@dataclass(frozen=True, slots=True)
class RerunPlan:
    """A preview, and the rows behind it."""

    rerun: JobsToRerun
    requirements: dict[int, ResourceRequirements]
    """What the jobs require now, by id."""
    preview: RerunPreview


def preview_rerun(
    workflow: Workflow, selection: Selection | None = None, options: RerunOptions | None = None
) -> RerunPreview:
    """Return what `rerun` would do; nothing is changed.

    Raises:
        Refused: the workflow is archived or has to be initialized first, or the selection or the
            change is not possible.
    """
    refuse_archived(workflow)
    return plan_rerun(workflow, selection or Selection(), options or RerunOptions()).preview


def plan_rerun(workflow: Workflow, selection: Selection, options: RerunOptions) -> RerunPlan:
    """Return what a rerun would do, in a dozen queries for any number of jobs.

    Raises:
        Refused: dependencies have to be derived again, or the selection or the change is not
            possible.
    """
    if workflow.is_graph_stale:
        raise Refused(
            "graph_stale",
            f"Jobs of workflow {workflow.pk} or what they read and write were changed.",
            hint=f"Run `torc workflows initialize --only-uninitialized {workflow.pk}` first.",
        )
    rerun = jobs_to_rerun(workflow, selection, options)
    ids = {job.requirements_id for job in rerun.jobs}
    rows = ResourceRequirements.objects.filter(workflow=workflow).in_bulk()
    requirements = {pk: row for pk, row in rows.items() if pk in ids}
    preview = _preview(workflow, selection, options, rerun, requirements)
    return RerunPlan(rerun, requirements, preview)


def _preview(
    workflow: Workflow,
    selection: Selection,
    options: RerunOptions,
    rerun: JobsToRerun,
    requirements: Mapping[int, ResourceRequirements],
) -> RerunPreview:
    ids = dumps(rerun.ids)
    n_by_requirement = Counter(job.requirements_id for job in rerun.selected)
    estimate = _estimate(workflow, options, rerun, requirements)
    preview = RerunPreview(
        workflow_id=workflow.pk,
        run_id=workflow.run_id,
        n_selected=len(rerun.selected),
        n_upstream=len(rerun.upstream),
        n_downstream=len(rerun.downstream),
        n_held_back=rerun.n_held_back,
        n_running=len(rerun.running_ids),
        running=_names(rerun.running_ids),
        families=_families(workflow, rerun),
        files=_overwritten(_FILES, ids),
        user_data=_overwritten(_USER_DATA, ids),
        changes=requirement_changes(requirements, n_by_requirement, options.change),
        seconds=estimate.seconds,
        cpu_seconds=estimate.cpu_seconds,
        n_unknown=estimate.n_unknown,
        fingerprint="",
    )
    return replace(preview, fingerprint=_fingerprint(preview, selection, options))


def _fingerprint(preview: RerunPreview, selection: Selection, options: RerunOptions) -> str:
    """Return a hash of what is reset, overwritten and required; estimates and names may differ."""
    values: list[Any] = [
        [preview.workflow_id, preview.run_id, selection.criteria(), options.change.values()],
        [options.with_downstream, options.with_upstream, preview.n_held_back, preview.n_running],
        [preview.files.n, preview.user_data.n],
        [
            [family.family_id, family.n_selected, family.n_upstream, family.n_downstream]
            for family in preview.families
        ],
        [[change.requirements_id, change.n_jobs] for change in preview.changes],
    ]
    return sha256(json.dumps(values).encode()).hexdigest()[:16]


def _names(job_ids: Sequence[int]) -> list[str]:
    if not job_ids:
        return []
    rows = Job.objects.filter(pk__in=job_ids[:MAX_NAMED]).order_by("pk")
    return list(rows.values_list("name", flat=True))


def _families(workflow: Workflow, rerun: JobsToRerun) -> list[FamilyCount]:
    groups = (rerun.selected, rerun.upstream, rerun.downstream)
    counters = [Counter(job.family_id for job in group) for group in groups]
    present = set().union(*counters)
    rows = Family.objects.filter(workflow=workflow).order_by("position")
    labels: list[tuple[int | None, str]] = list(rows.values_list("pk", "label"))
    return [
        FamilyCount(family_id, label, *(counter[family_id] for counter in counters))
        for family_id, label in [*labels, (None, NO_FAMILY)]
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


class _OutputRow(NamedTuple):
    """An output that exists, and how many there are in all."""

    name: str
    n: int


def _overwritten(sql: str, ids: str) -> Overwritten:
    rows = fetch(sql.format(ids=ids_source(), limit=MAX_NAMED), [ids])
    outputs = [_OutputRow(*row) for row in rows]
    return Overwritten(outputs[0].n if outputs else 0, [output.name for output in outputs])


class _Estimate(NamedTuple):
    """How long jobs will take, one after the other."""

    seconds: float
    cpu_seconds: float
    n_unknown: int
    """Jobs of families that have no run time yet."""


def _estimate(
    workflow: Workflow,
    options: RerunOptions,
    rerun: JobsToRerun,
    requirements: Mapping[int, ResourceRequirements],
) -> _Estimate:
    n_by_family: dict[int | None, Counter[int]] = defaultdict(Counter)
    for job in rerun.selected:
        n_by_family[job.family_id][options.change.num_cpus or _cpus(requirements, job)] += 1
    for job in (*rerun.upstream, *rerun.downstream):
        n_by_family[job.family_id][_cpus(requirements, job)] += 1
    means = mean_seconds(workflow, n_by_family)
    known = [(means[family], n) for family, n in n_by_family.items() if family in means]
    return _Estimate(
        sum(mean * by_cpus.total() for mean, by_cpus in known),
        sum(mean * n * cpus for mean, by_cpus in known for cpus, n in by_cpus.items()),
        sum(n.total() for family, n in n_by_family.items() if family not in means),
    )


def _cpus(requirements: Mapping[int, ResourceRequirements], job: Reached) -> int:
    return requirements[job.requirements_id].num_cpus
