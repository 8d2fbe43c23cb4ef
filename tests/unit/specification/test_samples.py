"""The names that a preview shows of each family."""

from __future__ import annotations

import pytest

from specification.samples import family_samples
from tests.unit.specification.specs import plan


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
    workflow = plan(f"  - {{name: other, command: x}}\n{many}")
    other, sample = family_samples(len(workflow.families), workflow.jobs)
    assert other.first == ["other"]
    assert sample.first == [f"n{n}" for n in first.split()]
    assert list(sample.last) == [f"n{n}" for n in last.split()]
    assert sample.n_between == n_between
