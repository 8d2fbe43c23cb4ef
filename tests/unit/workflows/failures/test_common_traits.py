"""A value stands out only if the group has it, the others do not, and chance did not do it."""

import pytest

from workflows.failures.common_traits import Counts, Trait, distinctive_traits

LR: Counts = {"lr": {0.1: 20, 0.2: 20, 0.3: 20}}

CASES: list[tuple[str, Counts, Counts, float, float, list[str]]] = [
    ("all of them", {"lr": {0.1: 20}}, LR, 20, 60, ["all have lr=0.1"]),
    ("nearly all", {"lr": {0.1: 19, 0.3: 1}}, LR, 20, 60, ["95% have lr=0.1"]),
    ("too few of them", {"lr": {0.1: 17, 0.3: 3}}, LR, 20, 60, []),
    ("everybody else has it too", {"lr": {0.1: 20}}, {"lr": {0.1: 55, 0.2: 5}}, 20, 60, []),
    (
        "half of the others",
        {"lr": {0.1: 20}},
        {"lr": {0.1: 40, 0.2: 20}},
        20,
        60,
        ["all have lr=0.1"],
    ),
    ("one job says nothing", {"lr": {0.1: 1}}, LR, 1, 60, []),
    ("two of three values may be chance", {"lr": {0.1: 2}}, LR, 2, 60, []),
    ("four are not", {"lr": {0.1: 4}}, LR, 4, 60, ["all have lr=0.1"]),
    ("nobody is left to compare with", {"lr": {0.1: 20}}, {"lr": {0.1: 20}}, 20, 20, []),
    ("unknown in all", {"x": {1: 20}}, {}, 20, 60, ["all have x=1"]),
    ("no parameters", {}, {}, 20, 60, []),
    (
        "the rarest first",
        {"a": {1: 9}, "b": {"x": 9}},
        {"a": {1: 19, 2: 20}, "b": {"x": 9, "y": 30}},
        9,
        39,
        ["all have b=x", "all have a=1"],
    ),
]


@pytest.mark.parametrize(
    ("group", "total", "n_group", "n_total", "sentences"),
    [case[1:] for case in CASES],
    ids=[case[0] for case in CASES],
)
def test_what_stands_out(
    group: Counts, total: Counts, n_group: float, n_total: float, sentences: list[str]
) -> None:
    traits = distinctive_traits(group, total, n_group, n_total)
    assert [trait.sentence for trait in traits] == sentences


def test_a_trait_says_how_common_it_is_elsewhere() -> None:
    assert distinctive_traits({"lr": {0.1: 10}}, LR, 10, 60) == [Trait("lr", 0.1, 1.0, 0.2)]
