"""The labels of lines, and names that are too long."""

import pytest

from workflows.graph.layout.labels import edge_label, fit_text, is_barrier, text_width
from workflows.graph.layout.shapes import Edge, Vertex


@pytest.mark.parametrize(
    ("n_from", "n_to", "n_edges", "expected"),
    [
        (1, 1, 1, ""),
        (50, 50, 50, "1:1"),
        (1, 6664, 6664, "1 → 6,664"),
        (6664, 1, 6664, "6,664 → 1"),
        (6664, 6664, 6664 * 6664, "all \N{MULTIPLICATION SIGN} all (44 M edges)"),
        (10, 100, 100, "1 → 10 each"),
        (100, 10, 100, "10 → 1 each"),
        (40, 1, 3, "3 of 40 → 1"),
        (40, 40, 39, "39 edges"),
        (2, 2, 1, "1 edge"),
    ],
)
def test_edges_say_in_which_way_jobs_wait(
    n_from: int, n_to: int, n_edges: int, expected: str
) -> None:
    source, target = Vertex("f1", "a", n_from), Vertex("f2", "b", n_to)
    assert edge_label(Edge(0, 1, n_edges), source, target) == expected
    assert is_barrier(Edge(0, 1, n_edges), source, target) == ("all" in expected)


def test_long_names_are_cut_and_never_changed_otherwise() -> None:
    name = "simulate_lr{lr:02d}_seed{seed:04d}"
    cut = fit_text(name, 150, 12, is_bold=True)
    assert cut.endswith("…")
    assert name.startswith(cut[:-1])
    assert text_width(cut, 12, is_bold=True) <= 150
    assert fit_text("short", 150, 12) == "short"
