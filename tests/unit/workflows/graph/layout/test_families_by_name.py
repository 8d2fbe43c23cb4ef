"""Families found by the names and stages of their jobs."""

import pytest

from workflows.graph.layout.families_by_name import common_label, group_by_name

NAMES = {
    "chain": ([f"step_{at}" for at in range(40)], list(range(40)), 1),
    "short chain": ([f"step_{at}" for at in range(5)], list(range(5)), 5),
    "same stage": ([f"load_{at}" for at in range(9)], [0] * 9, 1),
    "two barriers": (["barrier_1", "barrier_2"], [1, 3], 2),
    "three rounds of four": ([f"round_{at}" for at in range(12)], [at // 4 for at in range(12)], 3),
    "named branches": (["fit_north", "fit_south"], [0, 0], 2),
}


@pytest.mark.parametrize("case", NAMES)
def test_hand_written_jobs_are_grouped_by_name_and_stage(case: str) -> None:
    names, stages, n_groups = NAMES[case]
    merge_by_stage: dict[int, list[int]] = {}
    for job, stage in enumerate(stages):
        merge_by_stage.setdefault(stage, []).append(job)
    waiting = [
        (merge_by_stage[at - 1], jobs)
        for at, jobs in merge_by_stage.items()
        if at - 1 in merge_by_stage
    ]
    labels = group_by_name(dict(enumerate(names)), dict(enumerate(stages)), waiting)
    assert len(set(labels.values())) == n_groups


def test_single_jobs_keep_their_names_and_groups_get_a_template() -> None:
    labels = group_by_name({1: "load_1", 2: "load_2", 3: "end_7"}, {1: 0, 2: 0, 3: 1}, [])
    assert labels == {1: "load_*", 2: "load_*", 3: "end_7"}
    assert common_label(["out_1.csv", "out_2.csv"]) == "out_*.csv"
    assert common_label(["clean_north.csv", "clean_south.csv"]) == "clean_*th.csv"
    assert common_label(["a", "b"]) == "*"
