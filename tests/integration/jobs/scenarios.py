"""Small graphs, how their jobs end, and what becomes of the whole."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Actor:
    """One job of a scenario, and the return code of each attempt at it; the last one stays."""

    after: str = ""
    """Names of its predecessors, separated by spaces."""
    codes: tuple[int, ...] = (0,)
    goes_on: bool = False
    """Runs although a predecessor ended badly."""
    max_retries: int = 0
    retried_codes: tuple[int, ...] = ()
    """Empty for all."""
    is_disabled: bool = False
    lacks_output: bool = False
    """Declares an output file and does not write it."""
    num_cpus: int = 1


@dataclass(frozen=True, slots=True)
class Scenario:
    """A graph with the status in which each job ends."""

    name: str
    jobs: dict[str, Actor]
    ends: dict[str, str] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    attempts: dict[str, int] = field(default_factory=dict)
    """Attempts of the jobs that have another number than one, or none if they did not run."""
    cancel_during: str = ""
    """Cancel the workflow while this job runs."""
    is_complete: bool = True

    @property
    def expected_counts(self) -> dict[str, int]:
        """Status word -> number of jobs."""
        return self.counts or dict(Counter(self.ends.values()))


OK = "completed"
DIAMOND = {"B": Actor("A"), "C": Actor("A"), "D": Actor("B C")}
CHAIN = {f"j{n}": Actor(f"j{n - 1}" if n > 1 else "") for n in range(2, 106)}

SCENARIOS = [
    Scenario("success_diamond", {"A": Actor(), **DIAMOND}, dict.fromkeys("ABCD", OK)),
    Scenario(
        "diamond_root_fails",
        {"A": Actor(codes=(1,)), **DIAMOND},
        {"A": "failed", "B": "canceled", "C": "canceled", "D": "canceled"},
    ),
    Scenario(
        "late_success_after_failure",
        {"A": Actor(codes=(1,)), "B": Actor(), "C": Actor("A B"), "D": Actor("C")},
        {"A": "failed", "B": OK, "C": "canceled", "D": "canceled"},
    ),
    Scenario(
        "flag_false_runs",
        {"A": Actor(codes=(1,)), "B": Actor("A", goes_on=True)},
        {"A": "failed", "B": OK},
    ),
    Scenario(
        "flag_mixed",
        {"A": Actor(codes=(1,)), "B": Actor("A"), "C": Actor("B", goes_on=True)},
        {"A": "failed", "B": "canceled", "C": OK},
    ),
    Scenario(
        "chain_105",
        {"j1": Actor(codes=(1,)), **CHAIN},
        counts={"failed": 1, "canceled": 104},
    ),
    Scenario(
        "three_children_of_failed",
        {"A": Actor(codes=(1,)), "B": Actor("A"), "C": Actor("A"), "D": Actor("A")},
        {"A": "failed", "B": "canceled", "C": "canceled", "D": "canceled"},
    ),
    Scenario(
        "retry_then_success",
        {"A": Actor(codes=(1, 1, 0), max_retries=3)},
        {"A": OK},
        attempts={"A": 3},
    ),
    Scenario(
        "retry_exhausted",
        {"A": Actor(codes=(1,), max_retries=3)},
        {"A": "failed"},
        attempts={"A": 4},
    ),
    Scenario(
        "no_rule_matches",
        {"A": Actor(codes=(1,), max_retries=3, retried_codes=(10,))},
        {"A": "failed"},
    ),
    Scenario("output_file_missing", {"A": Actor(lacks_output=True)}, {"A": "failed"}),
    Scenario("too_large", {"A": Actor(num_cpus=10_000)}, {"A": "ready"}, is_complete=False),
    Scenario(
        "cancel_while_running",
        {"A": Actor(codes=(-15,)), "B": Actor("A")},
        {"A": "canceled", "B": "canceled"},
        cancel_during="A",
    ),
    Scenario(
        "disabled_dependency",
        {"A": Actor(is_disabled=True), "B": Actor("A")},
        {"A": "disabled", "B": "blocked"},
        is_complete=False,
    ),
    Scenario(
        "two_failures_meet",
        {"A": Actor(codes=(1,)), "B": Actor(codes=(2,)), "C": Actor("A B"), "D": Actor("C A")},
        {"A": "failed", "B": "failed", "C": "canceled", "D": "canceled"},
    ),
    Scenario(
        "canceled_frees_those_that_go_on",
        {"A": Actor(codes=(1,)), "B": Actor("A"), "C": Actor("B", goes_on=True), "D": Actor("C")},
        {"A": "failed", "B": "canceled", "C": OK, "D": OK},
    ),
    Scenario(
        "only_the_last_retry_cancels",
        {"A": Actor(codes=(1,), max_retries=1), "B": Actor("A"), "C": Actor("B", goes_on=True)},
        {"A": "failed", "B": "canceled", "C": OK},
        attempts={"A": 2},
    ),
    Scenario(
        "retry_that_helps_cancels_nobody",
        {"A": Actor(codes=(7, 0), max_retries=1, retried_codes=(7,)), "B": Actor("A")},
        {"A": OK, "B": OK},
        attempts={"A": 2},
    ),
]
"""The first 14 are the outcomes that every system of this kind should have."""
