"""A drawing as SVG: links with names for a page, or a picture that needs no page."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Protocol

from jobs.statuses import ENDED_BADLY, GLYPHS, JobStatus
from specification.texts.counts import counted
from workflows.graph.layout.labels import fit_text, is_barrier, label_rows
from workflows.graph.layout.paint import (
    PAPER,
    WORST_FIRST,
    Counts,
    bar_parts,
    status_text,
    worst_status,
)
from workflows.graph.layout.rank import longest_paths
from workflows.graph.layout.shapes import Box, Drawing, Line, Vertex

PADDING = 8
NAME_SIZE = 12
BAR_TOP, BAR_HEIGHT = 23, 8
_FAILURES = tuple(word for word in WORST_FIRST if JobStatus.of_word(word) in ENDED_BADLY)
_NOTABLE = ("running", "canceled", "pending", "ready")
"""What a box names if none of its jobs has failed, the first first."""


class Painter(Protocol):
    """Turns the classes of an element into its attributes."""

    def __call__(self, *classes: str) -> str: ...


@dataclass(frozen=True, slots=True)
class View:
    """A drawing, and what the page or picture shows in it."""

    drawing: Drawing
    counts: Mapping[str, Counts] = field(default_factory=dict)
    """Key of a vertex -> number of its jobs by status word."""
    href: Callable[[Vertex], str] = lambda vertex: f"?family={vertex.key.removeprefix('f')}"
    selected: str = ""
    """The key of the vertex whose family the page shows."""
    label: str = "Graph"


def page_paint(*classes: str) -> str:
    """Return the class attribute of an element of a page, which has a style sheet."""
    return f' class="{" ".join(classes)}"'


def paper_paint(*classes: str) -> str:
    """Return what the classes mean as attributes of a picture; later classes win."""
    merged: dict[str, str] = {}
    for name in classes:
        merged.update(PAPER.get(name, {}))
    return "".join(f' {name}="{escape(value)}"' for name, value in merged.items())


def page_svg(view: View) -> str:
    """Return the drawing for a page: a group of links in the order in which jobs run."""
    geometry = view.drawing.geometry
    head = (
        f'<svg class="graph" role="group" aria-label="{escape(view.label)}"'
        f' width="{geometry.width}" height="{geometry.height}"'
        f' viewBox="0 0 {geometry.width} {geometry.height}">'
    )
    links = "".join(_link(view, at) for at in tab_order(view.drawing))
    return f"{head}{_arrow('arrow', page_paint)}{_lines(view, 'arrow', page_paint)}{links}</svg>"


def picture_svg(view: View) -> str:
    """Return the drawing as a file of its own, in the colors for paper."""
    geometry = view.drawing.geometry
    head = (
        '<svg xmlns="http://www.w3.org/2000/svg" role="img"'
        f' width="{geometry.width}" height="{geometry.height}"'
        f' viewBox="0 0 {geometry.width} {geometry.height}">'
        f"<title>{escape(view.label)}</title>{_HATCH}"
        f'<rect width="{geometry.width}" height="{geometry.height}" fill="#ffffff"/>'
    )
    boxes = "".join(
        f'<g transform="{_moved(geometry.boxes[at])}">{_inside(view, at, paper_paint)}</g>'
        for at in tab_order(view.drawing)
    )
    lines = _lines(view, "paper-arrow", paper_paint)
    return f"{head}{_arrow('paper-arrow', paper_paint)}{lines}{boxes}</svg>\n"


def tab_order(drawing: Drawing) -> list[int]:
    """Return the vertices in the order in which their jobs can run, from the top in each stage."""
    graph = drawing.graph
    stages = longest_paths(len(graph.vertices), [edge.ends for edge in graph.edges])
    boxes = drawing.geometry.boxes
    return sorted(range(len(graph.vertices)), key=lambda at: (stages[at], boxes[at].y, boxes[at].x))


def vertex_text(vertex: Vertex, counts: Counts) -> str:
    """Return a vertex in words: ``analyze: 4,427 of 6,664 completed, 496 failed``."""
    if vertex.is_data:
        n_data = vertex.n_jobs
        is_file = vertex.kind == "file"
        return f"{vertex.label}: {counted(n_data, 'file') if is_file else f'{n_data:,} user data'}"
    if vertex.kind == "job":
        return f"{vertex.label}: {status_text(worst_status(counts))}"
    n_completed = counts.get("completed", 0)
    others = [
        f", {counts[word]:,} {status_text(word)}"
        for word in (*_FAILURES, *_NOTABLE)
        if counts.get(word)
    ]
    return f"{vertex.label}: {n_completed:,} of {vertex.n_jobs:,} completed{''.join(others)}"


def _link(view: View, at: int) -> str:
    vertex = view.drawing.graph.vertices[at]
    counts = view.counts.get(vertex.key, {})
    classes = ["node", f"node-{vertex.kind}"]
    classes += [] if vertex.is_data else [f"worst-{worst_status(counts)}"]
    current = ' aria-current="true"' if vertex.key == view.selected else ""
    return (
        f'<a id="{escape(vertex.key)}"{page_paint(*classes)} href="{escape(view.href(vertex))}"'
        f"{current}"
        f' transform="{_moved(view.drawing.geometry.boxes[at])}">'
        f"<title>{escape(vertex_text(vertex, counts))}</title>{_inside(view, at, page_paint)}</a>"
    )


def _inside(view: View, at: int, paint: Painter) -> str:
    vertex, box = view.drawing.graph.vertices[at], view.drawing.geometry.boxes[at]
    counts = view.counts.get(vertex.key, {})
    if vertex.is_data:
        return _data(vertex, box, paint)
    if vertex.kind == "job":
        return _job(vertex, box, counts, paint)
    return _family(vertex, box, counts, paint)


def _family(vertex: Vertex, box: Box, counts: Counts, paint: Painter) -> str:
    inner = box.width - 2 * PADDING
    loop = _text("↻", box.width - PADDING, 16, paint("loop")) if vertex.is_looped else ""
    room = inner - (16 if vertex.is_looped else 0)
    n_completed = counts.get("completed", 0)
    progress = f"{n_completed:,}/{vertex.n_jobs:,}" if counts else f"{vertex.n_jobs:,}"
    return "".join(
        (
            _rect(
                box, 5, paint("box", f"worst-{worst_status(counts)}") if counts else paint("box")
            ),
            _name(vertex.label, PADDING, 16, room, paint),
            loop,
            _bar(counts, inner, paint),
            _text(progress, PADDING, 46, paint("n")),
            _notable_status(counts, box.width - PADDING, paint),
        )
    )


def _job(vertex: Vertex, box: Box, counts: Counts, paint: Painter) -> str:
    word = worst_status(counts)
    rect = _rect(box, 5, paint("box", f"worst-{word}") if counts else paint("box"))
    if not counts:
        return rect + _name(vertex.label, PADDING, 19, box.width - 2 * PADDING, paint)
    glyph = _text(GLYPHS[word], PADDING + 6, 19, paint("glyph", f"st-{word}"))
    return rect + glyph + _name(vertex.label, 26, 19, box.width - 26 - PADDING, paint)


def _data(vertex: Vertex, box: Box, paint: Painter) -> str:
    right, bottom, middle = box.width, box.height, box.height // 2
    if vertex.kind == "user_data":
        points = (
            f"0,{middle} 10,0 {right - 10},0 {right},{middle} {right - 10},{bottom} 10,{bottom}"
        )
        shape = f'<polygon{paint("data")} points="{points}"/>'
    else:
        shape = _rect(box, middle, paint("data"))
    inner = right - 32
    if vertex.n_jobs == 1:
        return shape + _name(vertex.label, 16, middle + 4, inner, paint)
    thing = "values" if vertex.kind == "user_data" else "files"
    count = _text(f"{vertex.n_jobs:,} {thing}", 16, middle + 12, paint("n"))
    return shape + _name(vertex.label, 16, middle - 2, inner, paint) + count


def _bar(counts: Counts, width: int, paint: Painter) -> str:
    rects = []
    for word, start, size in bar_parts(counts, width):
        place = f' x="{PADDING + start}" y="{BAR_TOP}" width="{size}" height="{BAR_HEIGHT}"/>'
        rects.append(f"<rect{paint(f'fill-{word}')}{place}")
        if word == "failed":
            rects.append(f"<rect{paint('fill-hatch')}{place}")
    return "".join(rects)


def _notable_status(counts: Counts, right: int, paint: Painter) -> str:
    most = max(_FAILURES, key=lambda word: counts.get(word, 0))
    word = next((word for word in (most, *_NOTABLE) if counts.get(word)), None)
    if word is None:
        return ""
    text = f"{GLYPHS[word]} {counts[word]:,} {status_text(word)}"
    return _text(text, right, 46, paint("worst", f"st-{word}"))


def _lines(view: View, arrow: str, paint: Painter) -> str:
    graph, geometry = view.drawing.graph, view.drawing.geometry
    frames = [
        f'<rect{paint("frame")} x="{box.x}" y="{box.y}" width="{box.width}"'
        f' height="{box.height}" rx="8"/>'
        for box in geometry.frames
    ]
    paths, labels = [], []
    for line in geometry.lines:
        edge = graph.edges[line.edge]
        source, target = graph.vertices[edge.source], graph.vertices[edge.target]
        warned = is_barrier(edge, source, target) and bool(line.label)
        marks = [name for name, is_so in (("back", edge.is_back), ("barrier", warned)) if is_so]
        end = "start" if edge.is_back else "end"
        paths.append(f'<path{paint("edge", *marks)} d="{line.path}" marker-{end}="url(#{arrow})"/>')
        if line.label:
            labels.append(_edge_label(line, is_warned=warned, paint=paint))
    return "".join([*frames, *paths, *labels])


def _edge_label(line: Line, *, is_warned: bool, paint: Painter) -> str:
    classes: Sequence[str] = ("edge-label", "warning") if is_warned else ("edge-label",)
    above, below = label_rows(line.label)
    upper = _text(above, line.x, line.y - 5, paint(*classes))
    return upper + (_text(below, line.x, line.y + 14, paint(*classes)) if below else "")


def _name(text: str, x: int, y: int, room: int, paint: Painter) -> str:
    shown = fit_text(text, room, NAME_SIZE, is_bold=True)
    return _text(shown, x, y, paint("name"))


def _text(text: str, x: int, y: int, attributes: str) -> str:
    return f'<text{attributes} x="{x}" y="{y}">{escape(text)}</text>'


def _rect(box: Box, radius: int, attributes: str) -> str:
    return f'<rect{attributes} width="{box.width}" height="{box.height}" rx="{radius}"/>'


def _moved(box: Box) -> str:
    return f"translate({box.x} {box.y})"


def _arrow(name: str, paint: Painter) -> str:
    return (
        f'<defs><marker id="{name}" viewBox="0 0 7 8" refX="6" refY="4" markerWidth="7"'
        ' markerHeight="8" markerUnits="userSpaceOnUse" orient="auto-start-reverse">'
        f'<path{paint("arrow")} d="M0 0.5L7 4L0 7.5z"/></marker></defs>'
    )


_HATCH = (
    '<defs><pattern id="paper-hatch" width="6" height="6" patternUnits="userSpaceOnUse"'
    ' patternTransform="rotate(45)"><rect width="2" height="6" fill="#000000"'
    ' fill-opacity="0.35"/></pattern></defs>'
)
