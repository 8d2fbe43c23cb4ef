"""What is drawn as one vertex: families, parts of families, stages."""

import pytest

from tests.unit.workflows.graph.layout.graphs import random_graph
from workflows.graph.layout.circles import has_circle
from workflows.graph.layout.rank import longest_paths
from workflows.graph.layout.shapes import Edge, Vertex
from workflows.graph.layout.vertices import (
    MAX_STAGES,
    FamilyFacts,
    JobFacts,
    build_graph,
    count_group_edges,
    family_vertices,
    fill_placeholder,
    job_vertices,
    merge_by_stage,
    split_parameters,
    split_vertices,
)


def test_a_family_is_a_node_and_one_without_jobs_is_not() -> None:
    vertices = family_vertices([FamilyFacts(3, "analyze_{i}", 20), FamilyFacts(4, "gone", 0)])
    assert vertices == {3: Vertex("f3", "analyze_{i}", 20, members=(3,))}


def test_a_family_that_waits_for_itself_has_a_loop_mark() -> None:
    vertices = family_vertices([FamilyFacts(1, "step_*", 1000)])
    graph = build_graph(vertices, [(1, 1, "job", 999)])
    assert graph.vertices[0].is_looped
    assert graph.edges == ()


def test_families_that_feed_each_other_stay_two_with_one_back_edge() -> None:
    vertices = family_vertices([FamilyFacts(2, "b_*", 40), FamilyFacts(1, "a_*", 40)])
    edges = [(1, 2, "job", 40), (2, 1, "job", 39)]
    graph = build_graph(vertices, edges, {1: 39.0, 2: 40.0})
    assert [(e.source, e.target, e.is_back) for e in graph.edges] == [
        (1, 0, False),
        (0, 1, True),
    ]


def test_any_graph_has_no_circle_once_its_back_edges_are_turned() -> None:
    pairs = [(0, 1), (1, 2), (2, 0), (2, 3), (3, 1), (4, 0), (3, 4)]
    vertices = family_vertices([FamilyFacts(at, f"family{at}", 5) for at in range(5)])
    graph = build_graph(vertices, [(*pair, "job", 5) for pair in pairs])
    assert has_circle(5, pairs)
    assert not has_circle(5, [edge.ends for edge in graph.edges])
    assert longest_paths(5, [edge.ends for edge in graph.edges])


def test_two_reasons_for_one_dependency_do_not_make_it_two() -> None:
    vertices = family_vertices([FamilyFacts(1, "a", 10), FamilyFacts(2, "b", 10)])
    graph = build_graph(vertices, [(1, 2, "job", 10), (1, 2, "file", 10)])
    assert graph.edges == (Edge(0, 1, 10, ("file", "job")),)


def test_more_families_than_can_be_drawn_become_stages() -> None:
    graph = merge_by_stage(random_graph(400, 600, 2))
    assert len(graph.vertices) <= MAX_STAGES
    assert sum(vertex.n_jobs for vertex in graph.vertices) == sum(
        vertex.n_jobs for vertex in random_graph(400, 600, 2).vertices
    )
    assert not has_circle(len(graph.vertices), [edge.ends for edge in graph.edges])


def test_a_split_family_has_a_node_for_each_value_in_their_order() -> None:
    facts = [FamilyFacts(1, "fit_{data}_{i:02d}", 4, {"data": ["z", "a"], "i": [1, 2]})]
    facts.append(FamilyFacts(2, "report", 1))
    jobs = [JobFacts(at, f"fit{at}", 1, "za"[at % 2]) for at in range(4)]
    jobs.append(JobFacts(9, "report", 2))
    vertices = split_vertices(facts, jobs, "data")
    shown = [(vertex.key, vertex.label, vertex.n_jobs, vertex.part) for vertex in vertices.values()]
    assert shown == [
        ("f1-0", "fit_z_{i:02d}", 2, "z"),
        ("f1-1", "fit_a_{i:02d}", 2, "a"),
        ("f2", "report", 1, None),
    ]


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("fit_{lr}", "fit_0.1"),
        ("fit_{lr:.2f}_{seed}", "fit_0.1_{seed}"),
        ("fit_{lrx}", "fit_{lrx} lr=0.1"),
        ("fit_*", "fit_* lr=0.1"),
    ],
)
def test_a_value_takes_the_place_of_its_placeholder(label: str, expected: str) -> None:
    assert fill_placeholder(label, "lr", "0.1") == expected


def test_only_parameters_with_few_values_split() -> None:
    facts = [FamilyFacts(1, "a", 9, {"lr": [1, 2, 3], "seed": list(range(500)), "one": [1]})]
    assert split_parameters(facts) == ["lr"]


def test_edges_between_groups_are_counted_by_set() -> None:
    groups = {1: "a", 2: "a", 3: "b", 4: "b"}
    counts = count_group_edges(groups, [(7, 1), (7, 2), (7, 99)], [(7, 3), (7, 4)])
    assert counts == {("a", "b", 7): 4}


def test_a_job_is_a_node_of_its_own() -> None:
    assert job_vertices([JobFacts(5, "x")]) == {5: Vertex("j5", "x", 1, "job", (5,))}
