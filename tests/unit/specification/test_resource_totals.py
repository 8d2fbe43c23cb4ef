"""What a spec asks for in all, and the names it shows of each family."""

from __future__ import annotations

import pytest

from specification.resource_totals import ResourceTotals, total_resources
from specification.samples import family_samples
from tests.unit.specification.specs import plan

GIB = 1024**3
HOUR = 3600
NEEDS = """resource_requirements:
  - {name: small, num_cpus: 1, memory: 512m, runtime: PT30M}
  - {name: big, num_cpus: 8, num_gpus: 2, memory: 16g, runtime: P1DT2H}
  - {name: long, num_cpus: 4, memory: 8g}
"""


def entry(need: str, values: str = "") -> str:
    key = f", resource_requirements: {need}" if need else ""
    name = f"{need or 'bare'}{'_{i}' if values else ''}"
    more = f", parameters: {{i: '{values}'}}" if values else ""
    return f"  - {{name: '{name}', command: x{key}{more}}}"


@pytest.mark.parametrize(
    ("entries", "asked"),
    [
        ([entry("small")], ResourceTotals(HOUR // 2, 0, GIB * HOUR // 4)),
        ([entry("small", "1:20")], ResourceTotals(10 * HOUR, 0, 5 * GIB * HOUR)),
        ([entry("big")], ResourceTotals(208 * HOUR, 52 * HOUR, 416 * GIB * HOUR)),
        (
            [entry("small", "1:2"), entry("big", "1:3")],
            ResourceTotals(625 * HOUR, 156 * HOUR, (1248 * 2 + 1) * GIB * HOUR // 2),
        ),
        ([entry("long", "1:7")], ResourceTotals(n_unlimited=7)),
        ([entry("")], ResourceTotals(n_unlimited=1)),
        ([entry("small"), entry(""), entry("long", "1:2")], ResourceTotals(1800, 0, 900 * GIB, 3)),
    ],
)
def test_what_is_asked_is_resources_times_the_runtime_that_was_written(
    entries: list[str], asked: ResourceTotals
) -> None:
    found = plan("\n".join(entries), head=NEEDS)
    assert total_resources(found.jobs, found.requirements) == asked


def test_what_is_asked_is_told_in_hours() -> None:
    asked = ResourceTotals(cpu_seconds=5400, gpu_seconds=900, byte_seconds=3 * GIB * HOUR)
    assert (asked.cpu_hours, asked.gpu_hours, asked.gib_hours) == (1.5, 0.25, 3.0)


def test_nothing_asks_for_nothing() -> None:
    assert total_resources([], []) == ResourceTotals()


@pytest.mark.parametrize(
    ("size", "first", "last", "n_between"),
    [
        (1, "1", "", 0),
        (3, "1 2 3", "", 0),
        (4, "1 2 3", "4", 0),
        (6, "1 2 3", "4 5 6", 0),
        (7, "1 2 3", "5 6 7", 1),
        (6664, "1 2 3", "6662 6663 6664", 6658),
    ],
)
def test_the_first_and_last_names_of_a_family_are_shown_once(
    size: int, first: str, last: str, n_between: int
) -> None:
    many = f"  - {{name: 'n{{i}}', command: x, parameters: {{i: '1:{size}'}}}}"
    found = plan(f"  - {{name: other, command: x}}\n{many}")
    other, sample = family_samples(len(found.families), found.jobs)
    assert other.first == ["other"]
    assert sample.first == [f"n{n}" for n in first.split()]
    assert list(sample.last) == [f"n{n}" for n in last.split()]
    assert sample.n_between == n_between
