"""The failed jobs of a run, grouped by cause, with what stands out and what may help."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from jobs.models import ComputeNode, ResourceRequirements
from jobs.recording.causes import CauseKind, kind_of
from workflows.failures.common_traits import Trait, Value, standing_out
from workflows.failures.queries import (
    MAX_ROWS,
    FailureCount,
    Sampled,
    failed_in,
    failure_counts,
    follow_ups,
    samples_of,
    written_paths,
)
from workflows.failures.remedies import Facts, Remedy, remedy_for
from workflows.graph.counts import load_families
from workflows.graph.layout.vertices import FamilyFacts
from workflows.models import Workflow

MAX_GROUPS = 50
N_SAMPLES = 3
MAX_VALUES = 10_000
"""A parameter with more values cannot be the reason."""


class Share(NamedTuple):
    """How many jobs of a group belong to something."""

    id: int | None
    name: str
    n_jobs: int


@dataclass(slots=True)
class FailureGroup:
    """Jobs that failed for one cause."""

    cause: str
    kind: CauseKind
    n_jobs: int = 0
    n_follow_ups: int = 0
    """Jobs that were canceled because of them."""
    error_line: str = ""
    """Of one of them, as its log has it."""
    families: list[Share] = field(default_factory=list)
    nodes: list[Share] = field(default_factory=list)
    return_codes: dict[int, int] = field(default_factory=dict)
    traits: list[Trait] = field(default_factory=list)
    peak_memory: tuple[int, int] | None = None
    """The lowest and the highest peak, in bytes."""
    memory: tuple[int, int] = (0, 0)
    """The least and the most that they ask, in bytes."""
    runtime: tuple[int, int] = (0, 0)
    """The same in seconds."""
    first_at: datetime | None = None
    last_at: datetime | None = None
    sample_ids: list[int] = field(default_factory=list)
    """Results to look at."""
    remedy: Remedy | None = None


@dataclass(frozen=True, slots=True)
class Failures:
    """All failed jobs of a run."""

    run_id: int
    groups: list[FailureGroup]
    """The largest first."""
    n_groups: int
    n_jobs: int


def failures_of(workflow: Workflow, run_id: int | None = None) -> Failures:
    """The failed jobs of a run by cause; the number of queries does not grow with them.

    Args:
        workflow: whose jobs.
        run_id: the run, the present one unless told; of an earlier one the last attempts count.
    """
    run = workflow.run_id if run_id is None else run_id
    rows = failure_counts(workflow, run)
    by_cause: dict[str, list[FailureCount]] = defaultdict(list)
    for row in rows:
        by_cause[row.cause].append(row)
    largest = sorted(by_cause, key=lambda cause: (-_sum(by_cause[cause]), cause))[:MAX_GROUPS]
    if not largest:
        return Failures(run, [], 0, 0)
    scene = _scene(workflow, run, {cause: by_cause[cause] for cause in largest})
    groups = [_group(cause, by_cause[cause], scene) for cause in largest]
    n_jobs = _sum(rows) if len(rows) < MAX_ROWS else failed_in(workflow, run).count()
    return Failures(run, groups, len(by_cause), n_jobs)


def _sum(rows: Iterable[FailureCount]) -> int:
    return sum(row.n_jobs for row in rows)


@dataclass(frozen=True, slots=True)
class _Scene:
    """What the groups are made of, read for all of them together."""

    workflow_id: int
    families: Mapping[int, FamilyFacts]
    nodes: Mapping[int, str]
    requirements: Mapping[int, ResourceRequirements]
    follow_ups: Mapping[str, int]
    samples: Mapping[str, Sequence[Sampled]]
    written_paths: Mapping[int, Sequence[str]]
    """Job id -> the paths of its inputs that other jobs write."""


def _scene(
    workflow: Workflow, run_id: int, by_cause: Mapping[str, Sequence[FailureCount]]
) -> _Scene:
    rows = [row for found in by_cause.values() for row in found]
    samples = samples_of(
        workflow, run_id, {cause: _sum(found) for cause, found in by_cause.items()}
    )
    missing = [
        one.job_id
        for cause, found in samples.items()
        if kind_of(cause) is CauseKind.MISSING_FILE
        for one in _spread(found)
    ]
    nodes = ComputeNode.objects.filter(pk__in={row.node_id for row in rows if row.node_id})
    return _Scene(
        workflow.pk,
        {one.id: one for one in load_families(workflow)},
        dict(nodes.values_list("pk", "hostname")),
        ResourceRequirements.objects.in_bulk({row.requirements_id for row in rows}),
        follow_ups(workflow, run_id),
        samples,
        written_paths(missing),
    )


def _spread(samples: Sequence[Sampled]) -> list[Sampled]:
    """The first, one from the middle and the last."""
    last = len(samples) - 1
    return [samples[at] for at in sorted({0, last // 2, last})[:N_SAMPLES]] if samples else []


def _group(cause: str, rows: Sequence[FailureCount], scene: _Scene) -> FailureGroup:
    samples = scene.samples.get(cause, ())
    asked = [scene.requirements[row.requirements_id] for row in rows]
    peaks = [
        peak for row in rows for peak in (row.lowest_peak, row.highest_peak) if peak is not None
    ]
    shown = _spread(samples)
    group = FailureGroup(
        cause=cause,
        kind=kind_of(cause),
        n_jobs=_sum(rows),
        n_follow_ups=scene.follow_ups.get(cause, 0),
        error_line=shown[0].error_line if shown else cause,
        families=_shares(rows, "family_id", {pk: one.label for pk, one in scene.families.items()}),
        nodes=_shares(rows, "node_id", scene.nodes),
        return_codes=_codes(rows),
        traits=_traits(rows, samples, scene),
        peak_memory=(min(peaks), max(peaks)) if peaks else None,
        memory=_range(one.memory_bytes for one in asked),
        runtime=_range(one.runtime_seconds for one in asked),
        first_at=min(row.first_at for row in rows),
        last_at=max(row.last_at for row in rows),
        sample_ids=[one.result_id for one in shown],
    )
    group.remedy = remedy_for(_facts(group, shown, scene))
    return group


def _range(values: Iterable[int]) -> tuple[int, int]:
    listed = list(values)
    return min(listed), max(listed)


def _shares(rows: Sequence[FailureCount], column: str, names: Mapping[int, str]) -> list[Share]:
    counts: Counter[int | None] = Counter()
    for row in rows:
        counts[getattr(row, column)] += row.n_jobs
    return [
        Share(key, names.get(key, "") if key is not None else "", n)
        for key, n in counts.most_common()
    ]


def _codes(rows: Sequence[FailureCount]) -> dict[int, int]:
    counts: Counter[int] = Counter()
    for row in rows:
        if row.return_code is not None:
            counts[row.return_code] += row.n_jobs
    return dict(counts.most_common())


def _traits(rows: Sequence[FailureCount], samples: Sequence[Sampled], scene: _Scene) -> list[Trait]:
    """What stands out among the parameters, compared with the families as their spec made them."""
    group: dict[str, Counter[Value]] = defaultdict(Counter)
    for one in samples:
        for name, value in one.parameters.items():
            group[name][value] += 1
    total: dict[str, dict[Value, float]] = defaultdict(dict)
    family_ids = {row.family_id for row in rows}
    families = [family for pk, family in scene.families.items() if pk in family_ids]
    for family in families:
        for name, values in family.parameters.items():
            if len(values) <= MAX_VALUES:
                for value in values:
                    share = family.n_jobs / len(values)
                    total[name][value] = total[name].get(value, 0.0) + share
    scale = _sum(rows) / len(samples) if samples else 1.0
    scaled = {
        name: {value: n * scale for value, n in counts.items()}
        for name, counts in group.items()
        if name in total
    }
    return standing_out(scaled, total, _sum(rows), sum(family.n_jobs for family in families))


def _facts(group: FailureGroup, shown: Sequence[Sampled], scene: _Scene) -> Facts:
    nodes = {share.name for share in group.nodes}
    is_alone = len(nodes) == 1 and len(scene.nodes) > 1 and group.n_jobs > 1
    return Facts(
        workflow_id=scene.workflow_id,
        cause=group.cause,
        kind=group.kind,
        n_jobs=group.n_jobs,
        peak_memory=group.peak_memory[1] if group.peak_memory else None,
        memory=group.memory[1],
        runtime=group.runtime[1],
        is_written_by_jobs=any(
            path in one.error_line or path.rpartition("/")[2] in one.error_line
            for one in shown
            for path in scene.written_paths.get(one.job_id, ())
        ),
        only_node=next(iter(nodes)) if is_alone else None,
    )
