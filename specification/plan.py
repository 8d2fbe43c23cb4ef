"""The plan of a workflow: what a spec stands for once it is expanded, ready to be stored."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from specification.texts.parameter_values import Value

EdgeKind = Literal["job", "file", "user_data"]

LARGE_SET = 64  # unions of larger sets are made once for all jobs that wait on them


@dataclass(frozen=True, slots=True)
class JobPlan:
    """One job; every int in a tuple is a position in a list of the WorkflowPlan."""

    name: str
    command: str
    family: int
    parameters: Mapping[str, Value]
    requirement: int | None
    failure_handler: int | None
    priority: int
    cancel_on_blocking_job_failure: bool
    supports_termination: bool
    env: Mapping[str, str]
    input_files: tuple[int, ...]
    output_files: tuple[int, ...]
    input_user_data: tuple[int, ...]
    output_user_data: tuple[int, ...]
    waits_on: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class FilePlan:
    """One file."""

    name: str
    path: str


@dataclass(frozen=True, slots=True)
class UserDataPlan:
    """One value of user data; `data_text` is JSON with its keys in their order."""

    name: str
    data_text: str
    is_ephemeral: bool


@dataclass(frozen=True, slots=True)
class RequirementPlan:
    """One resource requirement; only limits that are written in the spec are enforced.

    `memory_bytes` and `runtime_seconds` are what the texts `memory` and `runtime` mean.
    """

    name: str
    num_cpus: int
    num_gpus: int
    num_nodes: int
    memory: str
    memory_bytes: int
    runtime: str
    runtime_seconds: int
    tags: tuple[str, ...] = ()
    is_memory_written: bool = True
    is_runtime_written: bool = True


@dataclass(frozen=True, slots=True)
class FailureHandlerPlan:
    """One failure handler; each rule has exit_codes, match_all_exit_codes and max_retries."""

    name: str
    rules: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class FamilyPlan:
    """The jobs of one entry, or of hand-written entries whose names differ only in digits."""

    label: str
    n_jobs: int
    parameters: Mapping[str, tuple[Value, ...]]


@dataclass(frozen=True, slots=True)
class FamilyEdge:
    """How many dependencies lead from one family to another."""

    source: int
    target: int
    kind: EdgeKind
    n_edges: int


@dataclass
class WorkflowPlan:
    """A whole workflow, ready to be stored."""

    name: str
    description: str | None = None
    project: str | None = None
    metadata: Mapping[str, Any] | None = None
    env: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    jobs: list[JobPlan] = field(default_factory=list)
    files: list[FilePlan] = field(default_factory=list)
    user_data: list[UserDataPlan] = field(default_factory=list)
    requirements: list[RequirementPlan] = field(default_factory=list)
    failure_handlers: list[FailureHandlerPlan] = field(default_factory=list)
    families: list[FamilyPlan] = field(default_factory=list)
    family_edges: list[FamilyEdge] = field(default_factory=list)
    predecessor_sets: list[tuple[int, ...]] = field(default_factory=list)
    explicit_sets: list[bool] = field(default_factory=list)  # named by depends_on, per set
    warnings: tuple[str, ...] = ()

    @cached_property
    def n_edges(self) -> int:
        """Return the number of pairs of jobs of which one waits for the other."""
        return count_edges([job.waits_on for job in self.jobs], self.predecessor_sets)

    @property
    def n_ready(self) -> int:
        """Return the number of jobs that wait for nothing."""
        return sum(not job.waits_on for job in self.jobs)


def count_edges(waits: Iterable[tuple[int, ...]], sets: Sequence[tuple[int, ...]]) -> int:
    """Return the number of distinct pairs (waiting job, job it waits for).

    Args:
        waits: for each job the positions of its sets.
        sets: the members of each set.
    """
    unions: dict[tuple[int, ...], frozenset[int]] = {}
    return sum(
        n_jobs * count_members(waited, sets, unions) for waited, n_jobs in Counter(waits).items()
    )


def count_members(
    waited: tuple[int, ...],
    sets: Sequence[tuple[int, ...]],
    unions: dict[tuple[int, ...], frozenset[int]],
) -> int:
    """Return the number of distinct members of several sets.

    Args:
        waited: the positions of the sets.
        sets: the members of each set.
        unions: keeps the unions of large sets from call to call.
    """
    if len(waited) < 2:
        return sum(len(sets[at]) for at in waited)
    large = tuple(at for at in waited if len(sets[at]) > LARGE_SET)
    if large not in unions:
        unions[large] = frozenset().union(*(sets[at] for at in large))
    union = unions[large]
    others = {member for at in waited if len(sets[at]) <= LARGE_SET for member in sets[at]}
    return len(union) + sum(member not in union for member in others)
