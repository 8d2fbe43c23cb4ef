"""What the jobs of a spec may use at most."""

from __future__ import annotations

import pytest

from specification.resource_totals import ResourceTotals, total_resources
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
    ("entries", "totals"),
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
def test_totals_are_resources_times_the_runtime_that_was_written(
    entries: list[str], totals: ResourceTotals
) -> None:
    workflow = plan("\n".join(entries), head=NEEDS)
    assert total_resources(workflow.jobs, workflow.requirements) == totals


def test_totals_are_given_in_hours() -> None:
    totals = ResourceTotals(cpu_seconds=5400, gpu_seconds=900, byte_seconds=3 * GIB * HOUR)
    assert (totals.cpu_hours, totals.gpu_hours, totals.gib_hours) == (1.5, 0.25, 3.0)


def test_no_jobs_use_nothing() -> None:
    assert total_resources([], []) == ResourceTotals()
