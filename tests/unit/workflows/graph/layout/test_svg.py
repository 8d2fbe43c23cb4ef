"""Drawings as SVG, DOT and words."""

import xml.etree.ElementTree as ET

import pytest

from jobs.statuses import DISPLAY_ORDER, GLYPHS
from tests.unit.workflows.graph.layout.graphs import families, graph
from workflows.graph.layout.dot import dot_text
from workflows.graph.layout.labels import fit_text, text_width
from workflows.graph.layout.lay_out import lay_out
from workflows.graph.layout.paint import (
    PAPER,
    SMALLEST_PART,
    WORDS,
    WORST_FIRST,
    bar_parts,
    worst_status,
)
from workflows.graph.layout.shapes import Edge, Graph, Vertex
from workflows.graph.layout.stages import stage_lines
from workflows.graph.layout.svg import View, page_svg, picture_svg, tab_order, vertex_text

HOSTILE = '<img src=x onerror="alert(1)">&\''


def view(**counts: dict[str, int]) -> View:
    drawing = lay_out(graph(families(1, 6664), (0, 1)))
    return View(drawing, counts)


def test_every_node_is_a_link_with_its_numbers_in_words() -> None:
    text = page_svg(view(f1={"completed": 4427, "failed": 496, "blocked": 1741}))
    root = ET.fromstring(text)
    links = root.findall("a")
    assert [link.get("id") for link in links] == ["f0", "f1"]
    assert links[1].get("href") == "?family=1"
    assert links[1].findtext("title") == "b: 4,427 of 6,664 completed, 496 failed"
    assert root.get("role") == "group"
    shown = [one.text for one in links[1].findall("text")]
    assert shown == ["b", "4,427/6,664", "✕ 496 failed"]


def test_a_page_has_neither_inline_style_nor_script() -> None:
    text = page_svg(view(f1={"failed": 1}))
    assert "style=" not in text
    assert "<script" not in text
    assert "onclick" not in text


@pytest.mark.parametrize("kind", ["family", "job", "file", "user_data", "stage"])
def test_names_are_text_whatever_is_in_them(kind: str) -> None:
    vertex = Vertex("f1", HOSTILE, 1, kind, (1,))  # type: ignore[arg-type]
    other = Vertex("f2", HOSTILE, 3, kind, (2,))  # type: ignore[arg-type]
    drawing = lay_out(Graph((vertex, other), (Edge(0, 1),)))
    shown = View(drawing, href=lambda _: f"?q={HOSTILE}", label=HOSTILE)
    for text in (page_svg(shown), picture_svg(shown)):
        ET.fromstring(text)
        assert "<img" not in text
    assert ET.fromstring(page_svg(shown)).findall("a")[0].get("href") == f"?q={HOSTILE}"
    assert '\\"alert(1)\\"' in dot_text(drawing.graph, HOSTILE)


def test_the_chosen_node_says_so() -> None:
    drawing = lay_out(graph(families(1, 2), (0, 1)))
    links = ET.fromstring(page_svg(View(drawing, selected="f1"))).findall("a")
    assert [link.get("aria-current") for link in links] == [None, "true"]


def test_a_picture_brings_its_colours_along() -> None:
    text = picture_svg(view(f1={"failed": 3, "completed": 9}))
    assert "class=" not in text
    assert PAPER["fill-failed"]["fill"] in text
    assert "href=" not in text
    assert text.startswith('<svg xmlns="http://www.w3.org/2000/svg"')


def test_tab_order_follows_the_work() -> None:
    vertices = [Vertex("f0", "last", 1), Vertex("f1", "first", 1), Vertex("f2", "middle", 1)]
    assert tab_order(lay_out(graph(vertices, (1, 2), (2, 0)))) == [1, 2, 0]


@pytest.mark.parametrize(
    "counts",
    [
        {"completed": 6663, "failed": 1},
        {"completed": 1},
        dict.fromkeys(WORDS, 1),
        {"completed": 10**6} | dict.fromkeys(WORDS[1:], 1),
        {"ready": 3, "failed": 100, "running": 7},
    ],
)
def test_bars_show_every_status_and_end_with_failed(counts: dict[str, int]) -> None:
    parts = bar_parts(counts, 194)
    assert [word for word, _, _ in parts] == [word for word in WORDS if word in counts]
    assert min(width for _, _, width in parts) >= SMALLEST_PART
    assert sum(width for _, _, width in parts) == 194
    ends = [start + width for _, start, width in parts]
    assert [start for _, start, _ in parts] == [0, *ends[:-1]]


def test_a_bar_of_nothing_is_empty() -> None:
    assert bar_parts({}, 194) == []


def test_order_and_signs_are_those_of_all_pages() -> None:
    assert list(WORDS) == [status.word for status in DISPLAY_ORDER]
    assert list(GLYPHS) == list(WORDS)
    assert set(WORST_FIRST) == set(WORDS)
    assert worst_status({"completed": 5, "failed": 1}) == "failed"
    assert worst_status({"completed": 5}) == "completed"


def test_long_names_are_cut_and_never_changed_otherwise() -> None:
    name = "simulate_lr{lr:02d}_seed{seed:04d}"
    cut = fit_text(name, 150, 12, is_bold=True)
    assert cut.endswith("…")
    assert name.startswith(cut[:-1])
    assert text_width(cut, 12, is_bold=True) <= 150
    assert fit_text("short", 150, 12) == "short"


def test_summaries_tell_jobs_from_data() -> None:
    assert vertex_text(Vertex("j1", "x", 1, "job"), {"pending_failed": 1}) == "x: pending failed"
    assert vertex_text(Vertex("d1", "out_*", 12, "file"), {}) == "out_*: 12 files"


def test_the_list_says_what_starts_when() -> None:
    vertices = [
        Vertex("f0", "prepare", 1),
        Vertex("f1", "analyze_{i}", 6664),
        Vertex("f2", "post_{i}", 6664),
        Vertex("f3", "report", 1),
    ]
    edges = (Edge(0, 1, 6664), Edge(1, 2, 6664), Edge(2, 3, 6664), Edge(0, 3, 1))
    assert [line.text for line in stage_lines(Graph(tuple(vertices), edges))] == [
        "Stage 1: prepare 1, starts at once",
        "Stage 2: analyze_{i} 6,664, starts when prepare is done",
        "Stage 3: post_{i} 6,664, starts when its analyze_{i} are done",
        "Stage 4: report 1, starts when all 6,664 post_{i} and prepare are done",
    ]


def test_the_list_looks_through_data() -> None:
    vertices = (Vertex("f0", "a", 1), Vertex("d0", "out", 1, "file"), Vertex("f1", "b", 1))
    lines = stage_lines(Graph(vertices, (Edge(0, 1), Edge(1, 2))))
    assert [(line.stage, line.starts) for line in lines] == [
        (1, "starts at once"),
        (2, "starts when a is done"),
    ]


def test_dot_has_all_nodes_and_edges() -> None:
    edges = (Edge(0, 1, 6), Edge(1, 0, 1, is_back=True))
    vertices = (Vertex("f0", "a", 6), Vertex("f1", 'b "x"', 6, is_looped=True))
    text = dot_text(Graph(vertices, edges), "flow", {"f0": {"failed": 1}})
    assert text.startswith('digraph "flow" {')
    assert '"f0" -> "f1" [label="1:1"];' in text
    assert "style=dashed" in text
    assert '"f1" -> "f1";' in text
    assert 'label="b \\"x\\"\\n6"' in text
