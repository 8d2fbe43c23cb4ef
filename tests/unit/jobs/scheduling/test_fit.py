"""Placing by numbers: what fits, what goes first, what is kept clear."""

from jobs.scheduling.candidates import Candidate
from jobs.scheduling.fit import Node, how_many_fit, node_to_reserve, nodes_with, place
from jobs.scheduling.need import Need, demand_on, oversize_reason

GIB = 1 << 30


def node(
    node_id: int = 1,
    cpus: int = 4,
    memory: int = 8 * GIB,
    gpus: int = 0,
    tags: frozenset[str] = frozenset({"cpu"}),
    free_cpus: int | None = None,
) -> Node:
    return Node(
        id=node_id,
        capacity=Need(cpus, memory, gpus, tags),
        free_cpus=cpus if free_cpus is None else free_cpus,
        free_memory=memory,
        free_gpus=list(range(gpus)),
    )


def candidates(*needs: Need) -> list[Candidate]:
    return [Candidate(job_id, need) for job_id, need in enumerate(needs, start=1)]


def placed(nodes: list[Node], *needs: Need, run_oversized: bool = False) -> list[tuple[int, int]]:
    placements = place(nodes, candidates(*needs), run_oversized)
    return [(placement.job_id, placement.node_id) for placement in placements]


def test_jobs_are_placed_until_the_cpus_are_used_up() -> None:
    assert placed([node(cpus=2)], Need(1), Need(1), Need(1)) == [(1, 1), (2, 1)]


def test_what_does_not_fit_is_passed_over_for_what_does() -> None:
    assert placed([node(cpus=2)], Need(1), Need(2), Need(1)) == [(1, 1), (3, 1)]
    assert placed([node(cpus=4, free_cpus=1)], Need(2, memory_bytes=GIB), Need(1)) == [(2, 1)]


def test_memory_bounds_like_cpus_do() -> None:
    assert placed([node(memory=3 * GIB)], *[Need(1, 2 * GIB)] * 2) == [(1, 1)]


def test_the_next_node_takes_what_the_first_has_no_room_for() -> None:
    assert placed([node(1, cpus=1), node(2, cpus=1)], Need(1), Need(1)) == [(1, 1), (2, 2)]


def test_the_first_candidate_takes_what_the_others_would_have_had() -> None:
    assert placed([node(cpus=1)], Need(1), Need(1)) == [(1, 1)]


def test_gpus_are_given_out_by_number_and_never_twice() -> None:
    needs = (Need(1, num_gpus=2), Need(1, num_gpus=1))
    placements = place([node(gpus=3)], candidates(*needs), False)
    assert [placement.gpu_indices for placement in placements] == [(0, 1), (2,)]


def test_a_tag_that_the_node_does_not_offer_keeps_the_job_away() -> None:
    need = Need(1, tags=frozenset({"a100"}))
    assert placed([node()], need) == []
    assert placed([node(tags=frozenset({"cpu", "a100"}))], need) == [(1, 1)]


def test_an_oversized_job_is_held_or_gets_the_whole_node_alone() -> None:
    need = Need(8, 64 * GIB, 2)
    assert placed([node()], need, Need(1)) == [(2, 1)]
    (placement,) = place([node()], candidates(need, Need(1)), True)
    assert (placement.job_id, placement.demand) == (1, node().capacity)


def test_an_oversized_job_waits_until_the_node_is_empty() -> None:
    assert placed([node(free_cpus=3)], Need(8), run_oversized=True) == []


def test_a_reserved_node_takes_only_the_job_it_is_kept_for() -> None:
    reserved = node(cpus=2)
    reserved.reserved_for = 2
    assert placed([reserved], Need(1), Need(2), Need(1)) == [(2, 1)]


def test_the_emptiest_able_node_is_reserved() -> None:
    nodes = [node(1, cpus=4, free_cpus=1), node(2, cpus=4, free_cpus=3), node(3, cpus=2)]
    chosen = node_to_reserve(nodes, Need(4), False)
    assert chosen is not None
    assert chosen.id == 2
    assert node_to_reserve(nodes, Need(64), False) is None


def test_the_bound_counts_what_all_nodes_could_take() -> None:
    nodes = [node(1, cpus=4), node(2, cpus=2, memory=GIB)]
    assert how_many_fit(nodes, Need(1, GIB), False) == 5
    assert how_many_fit(nodes, Need(100), False) == 0
    assert how_many_fit(nodes, Need(100), True) == 2


def test_the_reason_names_all_that_is_too_much() -> None:
    capacity = Need(2, GIB, 0, frozenset({"cpu"}))
    text = oversize_reason(Need(8, 32 * GIB, 2, frozenset({"a100"})), capacity)
    assert "8 CPUs" in text
    assert "2 GPUs" in text
    assert "32.0 GiB" in text
    assert "a100" in text
    assert oversize_reason(Need(1), capacity) == ""


def test_demand_is_the_need_itself_when_it_fits() -> None:
    capacity = Need(2, GIB)
    assert demand_on(capacity, Need(1), True) == Need(1)
    assert demand_on(capacity, Need(3), True) == capacity
    assert demand_on(capacity, Need(3), False) is None


def test_a_job_goes_to_a_node_that_has_its_folder() -> None:
    lacking = node(1, cpus=2)
    lacking.missing_folders = frozenset({"/data"})
    jobs = [Candidate(1, Need(1), folder="/data"), Candidate(2, Need(1), folder="/other")]
    placements = place([lacking, node(2)], jobs, False)
    assert [(placement.job_id, placement.node_id) for placement in placements] == [(1, 2), (2, 1)]
    assert list(nodes_with("/data", [lacking])) == []
    assert list(nodes_with(None, [lacking])) == [lacking]
