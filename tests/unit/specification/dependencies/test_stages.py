"""Stages of a graph."""

from __future__ import annotations

from specification.dependencies.stages import stages_of


def test_stages_are_the_longest_chains_before_a_job() -> None:
    assert stages_of([(), (0,), (0, 1), (2,)], [(0,), (1,), (3,)]) == [0, 1, 2, -1]
