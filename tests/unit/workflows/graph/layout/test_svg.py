"""Drawings as SVG, for pages and as pictures."""

import xml.etree.ElementTree as ET

import pytest

from tests.unit.workflows.graph.layout.graphs import families, graph
from workflows.graph.layout.dot import dot_text
from workflows.graph.layout.lay_out import lay_out
from workflows.graph.layout.paint import (
    PAPER,
)
from workflows.graph.layout.shapes import Edge, Graph, Vertex
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
    shown = [text.text for text in links[1].findall("text")]
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


def test_a_picture_brings_its_colors_along() -> None:
    text = picture_svg(view(f1={"failed": 3, "completed": 9}))
    assert "class=" not in text
    assert PAPER["fill-failed"]["fill"] in text
    assert "href=" not in text
    assert text.startswith('<svg xmlns="http://www.w3.org/2000/svg"')


def test_tab_order_follows_the_work() -> None:
    vertices = [Vertex("f0", "last", 1), Vertex("f1", "first", 1), Vertex("f2", "middle", 1)]
    assert tab_order(lay_out(graph(vertices, (1, 2), (2, 0)))) == [1, 2, 0]


def test_summaries_tell_jobs_from_data() -> None:
    assert vertex_text(Vertex("j1", "x", 1, "job"), {"pending_failed": 1}) == "x: pending failed"
    assert vertex_text(Vertex("d1", "out_*", 12, "file"), {}) == "out_*: 12 files"
    assert vertex_text(Vertex("d1", "out", 1, "file"), {}) == "out: 1 file"
    assert vertex_text(Vertex("d1", "x_*", 3, "user_data"), {}) == "x_*: 3 user data"


def test_every_text_of_a_picture_has_a_font() -> None:
    nodes = [*families(1, 6664), Vertex("j1", "x", 1, "job"), Vertex("d1", "y", 2, "file")]
    drawing = lay_out(graph(nodes, (0, 1), (1, 3)))
    counts = {"f1": {"failed": 2, "running": 1}, "j1": {"running": 1}}
    root = ET.fromstring(picture_svg(View(drawing, counts)))
    texts = list(root.iter("{http://www.w3.org/2000/svg}text"))
    assert len(texts) == 10
    assert all(text.get("font-family") for text in texts)
