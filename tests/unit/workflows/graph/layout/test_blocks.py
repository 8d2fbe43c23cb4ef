"""Single jobs with the same neighbors are placed as one block."""

from tests.unit.workflows.graph.layout.graphs import graph, lefts, n_overlaps
from workflows.graph.layout.lay_out import lay_out
from workflows.graph.layout.shapes import Vertex


def test_jobs_between_the_same_neighbors_share_a_frame_and_two_lines() -> None:
    jobs = [Vertex(f"j{at}", f"job{at}", 1, "job", (at,)) for at in range(32)]
    fan = [(0, at) for at in range(1, 31)] + [(at, 31) for at in range(1, 31)]
    drawing = lay_out(graph(jobs, *fan))
    assert (len(drawing.geometry.lines), len(drawing.geometry.frames)) == (2, 1)
    assert n_overlaps(drawing) == 0
    assert drawing.geometry.height < 600


def test_jobs_without_any_neighbors_stand_in_a_grid() -> None:
    jobs = [Vertex(f"j{at}", f"job{at}", 1, "job", (at,)) for at in range(40)]
    drawing = lay_out(graph(jobs))
    assert len(set(lefts(drawing))) > 2
    assert n_overlaps(drawing) == 0
