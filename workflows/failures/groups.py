"""The failed jobs of a run, grouped by cause, with their traits and what may help."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from jobs.models import ComputeNode, ResourceRequirements
from jobs.recording.causes import CauseKind, kind_of
from workflows.failures.common_traits import Trait, Value, distinctive_traits
from workflows.failures.queries import (
    MAX_ROWS,
    FailureCount,
    FailureSample,
    count_canceled_by_cause,
    failed_in,
    failure_counts,
    sample_failures,
    written_paths,
)
from workflows.failures.remedies import FailureFacts, Remedy, choose_remedy
from workflows.graph.counts import load_families
from workflows.graph.layout.vertices import FamilyFacts
from workflows.models import Workflow

MAX_GROUPS = 50
N_SAMPLES = 3
MAX_VALUES = 10_000
"""Parameters with more values are not searched for traits."""


class Share(NamedTuple):
    """How many jobs of a group belong to a family, or ran on a node."""

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
    """The telling line of one job's log."""
    families: list[Share] = field(default_factory=list)
    nodes: list[Share] = field(default_factory=list)
    return_codes: dict[int, int] = field(default_factory=dict)
    traits: list[Trait] = field(default_factory=list)
    peak_memory: tuple[int, int] | None = None
    """The lowest and the highest peak, in bytes."""
    memory: tuple[int, int] = (0, 0)
    """The smallest and the largest requirement, in bytes."""
    runtime: tuple[int, int] = (0, 0)
    """The shortest and the longest requirement, in seconds."""
    first_at: datetime | None = None
    last_at: datetime | None = None
    sample_ids: list[int] = field(default_factory=list)
    """Results whose logs a page shows."""
    remedy: Remedy | None = None


@dataclass(frozen=True, slots=True)
class Failures:
    """All failed jobs of a run."""

    run_id: int
    groups: list[FailureGroup]
    """The largest first."""
    n_groups: int
    n_jobs: int


def group_failures(workflow: Workflow, run_id: int | None = None) -> Failures:
    """Return the failed jobs of a run by cause; the number of queries does not grow with them.

    Args:
        workflow: the workflow of the jobs.
        run_id: the run, by default the present one; of earlier ones the last attempts count.
    """
    run = workflow.run_id if run_id is None else run_id
    rows = failure_counts(workflow, run)
    by_cause: dict[str, list[FailureCount]] = defaultdict(list)
    for row in rows:
        by_cause[row.cause].append(row)
    largest = sorted(by_cause, key=lambda cause: (-_sum(by_cause[cause]), cause))[:MAX_GROUPS]
    if not largest:
        return Failures(run, [], 0, 0)
    context = _load_context(workflow, run, {cause: by_cause[cause] for cause in largest})
    groups = [_group(cause, by_cause[cause], context) for cause in largest]
    n_jobs = _sum(rows) if len(rows) < MAX_ROWS else failed_in(workflow, run).count()
    return Failures(run, groups, len(by_cause), n_jobs)


def _sum(rows: Iterable[FailureCount]) -> int:
    return sum(row.n_jobs for row in rows)


@dataclass(frozen=True, slots=True)
class _Context:
    """What groups are made of besides counts, read for all groups together."""

    workflow_id: int
    families: Mapping[int, FamilyFacts]
    nodes: Mapping[int, str]
    requirements: Mapping[int, ResourceRequirements]
    n_follow_ups: Mapping[str, int]
    samples: Mapping[str, Sequence[FailureSample]]
    written_paths: Mapping[int, Sequence[str]]
    """Job id -> the paths of its inputs that other jobs write."""


def _load_context(
    workflow: Workflow, run_id: int, by_cause: Mapping[str, Sequence[FailureCount]]
) -> _Context:
    rows = [row for counts in by_cause.values() for row in counts]
    samples = sample_failures(
        workflow, run_id, {cause: _sum(counts) for cause, counts in by_cause.items()}
    )
    missing = [
        sample.job_id
        for cause, failures in samples.items()
        if kind_of(cause) is CauseKind.MISSING_FILE
        for sample in _first_middle_last(failures)
    ]
    nodes = ComputeNode.objects.filter(pk__in={row.node_id for row in rows if row.node_id})
    return _Context(
        workflow.pk,
        {family.id: family for family in load_families(workflow)},
        dict(nodes.values_list("pk", "hostname")),
        ResourceRequirements.objects.in_bulk({row.requirements_id for row in rows}),
        count_canceled_by_cause(workflow, run_id),
        samples,
        written_paths(missing),
    )


def _first_middle_last(samples: Sequence[FailureSample]) -> list[FailureSample]:
    """Return the first sample, the middle one and the last."""
    last = len(samples) - 1
    return [samples[at] for at in sorted({0, last // 2, last})[:N_SAMPLES]] if samples else []


def _group(cause: str, rows: Sequence[FailureCount], context: _Context) -> FailureGroup:
    samples = context.samples.get(cause, ())
    requirements = [context.requirements[row.requirements_id] for row in rows]
    peaks = [
        peak for row in rows for peak in (row.lowest_peak, row.highest_peak) if peak is not None
    ]
    samples_shown = _first_middle_last(samples)
    group = FailureGroup(
        cause=cause,
        kind=kind_of(cause),
        n_jobs=_sum(rows),
        n_follow_ups=context.n_follow_ups.get(cause, 0),
        error_line=samples_shown[0].error_line if samples_shown else cause,
        families=_shares(
            rows, "family_id", {pk: family.label for pk, family in context.families.items()}
        ),
        nodes=_shares(rows, "node_id", context.nodes),
        return_codes=_codes(rows),
        traits=_traits(rows, samples, context),
        peak_memory=(min(peaks), max(peaks)) if peaks else None,
        memory=_range(requirement.memory_bytes for requirement in requirements),
        runtime=_range(requirement.runtime_seconds for requirement in requirements),
        first_at=min(row.first_at for row in rows),
        last_at=max(row.last_at for row in rows),
        sample_ids=[sample.result_id for sample in samples_shown],
    )
    group.remedy = choose_remedy(_facts(group, samples_shown, context))
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


def _traits(
    rows: Sequence[FailureCount], samples: Sequence[FailureSample], context: _Context
) -> list[Trait]:
    """Return the traits of the samples, compared with the families as their spec made them."""
    group: dict[str, Counter[Value]] = defaultdict(Counter)
    for sample in samples:
        for name, value in sample.parameters.items():
            group[name][value] += 1
    total: dict[str, dict[Value, float]] = defaultdict(dict)
    family_ids = {row.family_id for row in rows}
    families = [family for pk, family in context.families.items() if pk in family_ids]
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
    return distinctive_traits(scaled, total, _sum(rows), sum(family.n_jobs for family in families))


def _facts(
    group: FailureGroup, samples_shown: Sequence[FailureSample], context: _Context
) -> FailureFacts:
    nodes = {share.name for share in group.nodes}
    is_alone = len(nodes) == 1 and len(context.nodes) > 1 and group.n_jobs > 1
    return FailureFacts(
        workflow_id=context.workflow_id,
        cause=group.cause,
        kind=group.kind,
        n_jobs=group.n_jobs,
        peak_memory=group.peak_memory[1] if group.peak_memory else None,
        memory=group.memory[1],
        runtime=group.runtime[1],
        is_written_by_jobs=any(
            path in sample.error_line or path.rpartition("/")[2] in sample.error_line
            for sample in samples_shown
            for path in context.written_paths.get(sample.job_id, ())
        ),
        only_node=next(iter(nodes)) if is_alone else None,
    )
