"""Which hand-written families are split by stage."""

import pytest

from specification.dependencies.family_rules import families_to_split, without_digits


@pytest.mark.parametrize(
    ("n_stages", "n_jobs", "is_self_dependent", "is_split"),
    [
        (12, 40, True, True),
        (13, 40, True, False),
        (12, 40, False, False),
        (4, 4, False, True),
        (5, 5, False, False),
        (4, 5, False, False),
    ],
)
def test_a_family_is_split_if_it_waits_for_itself_or_has_few_jobs_apart(
    n_stages: int, n_jobs: int, is_self_dependent: bool, is_split: bool
) -> None:
    looped = {"fit_*"} if is_self_dependent else set[str]()
    split = families_to_split({"fit_*": set(range(n_stages))}, {"fit_*": n_jobs}, looped)
    assert split == ({"fit_*"} if is_split else set())


def test_families_that_may_not_be_split_stay_whole() -> None:
    assert families_to_split({}, {"fit": 3}, {"fit"}) == set()


def test_names_that_differ_in_digits_are_one() -> None:
    assert {without_digits(name) for name in ("fit_1_a2", "fit_12_a30")} == {"fit_*_a*"}
