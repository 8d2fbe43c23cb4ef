"""A graph laid out in columns from left to right; the same graph gives the same drawing.

A stop is a block of vertices, or the bend of a line in a column that it crosses.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from workflows.graph.layout.blocks import Blocks, group_into_blocks
from workflows.graph.layout.chains import Chains, cut_into_pieces, straighten
from workflows.graph.layout.labels import edge_label, label_rows, text_width
from workflows.graph.layout.order import order_columns
from workflows.graph.layout.rank import tight_ranks
from workflows.graph.layout.route import Place, curve, label_places
from workflows.graph.layout.shapes import Box, Drawing, Geometry, Graph, Line
from workflows.graph.layout.space import place_columns

MARGIN = 14
ROW_GAP = 18
JOB_GAP = 10
BEND_GAP = 8
BEND_HEIGHT = 6
COLUMN_GAP = 56
STEEPEST = 5
"""A line may fall this many pixels for each pixel of its column gap."""
BACK_SHIFT = 16
LABEL_SIZE = 10.5
LABEL_HEIGHT = 14
LABEL_ROOM = 22


@dataclass(slots=True)
class _Plan:
    """A layout whose stops have columns and heights, but no boxes and lines yet."""

    graph: Graph
    blocks: Blocks
    chains: Chains
    columns: list[list[int]]
    middles: list[float]

    def is_bend(self, stop: int) -> bool:
        return stop >= len(self.blocks.blocks)

    def width(self, stop: int) -> int:
        return 0 if self.is_bend(stop) else self.blocks.blocks[stop].width


def lay_out(graph: Graph) -> Drawing:
    """Return the graph with a place for each of its vertices and lines."""
    if not graph.vertices:
        return Drawing(graph, Geometry((), (), (), 0, 0))
    plan = _plan(graph)
    lefts, widths = _column_places(plan)
    places = _stop_places(plan, lefts, widths)
    boxes, frames = _boxes(plan, places)
    lines = _all_lines(plan, places)
    bottom = max(box.y + box.height for box in (*boxes, *frames))
    lowest = max([bottom, *(round(place.y) + BEND_HEIGHT for place in places)])
    geometry = Geometry(
        boxes=tuple(boxes),
        lines=tuple(lines),
        frames=tuple(frames),
        width=lefts[-1] + widths[-1] + MARGIN,
        height=lowest + MARGIN,
    )
    return Drawing(graph, geometry)


def _plan(graph: Graph) -> _Plan:
    blocks = group_into_blocks(graph)
    pairs = list(blocks.edges)
    ranks = tight_ranks(len(blocks.blocks), pairs)
    chains = cut_into_pieces(pairs, ranks)
    before = [list(neighbors) for neighbors in chains.before]
    after = [list(neighbors) for neighbors in chains.after]
    columns = order_columns(chains.columns(), before, after)
    n_bends = len(chains.ranks) - len(blocks.blocks)
    heights = [*(block.height for block in blocks.blocks), *[BEND_HEIGHT] * n_bends]
    gaps = [*(_row_gap(graph, block.vertices) for block in blocks.blocks), *[BEND_GAP] * n_bends]
    links = chains.links(len(blocks.blocks))
    middles = place_columns(columns, heights, gaps, chains.before, chains.after, links)
    straighten(chains, middles)
    return _Plan(graph, blocks, chains, columns, middles)


def _row_gap(graph: Graph, vertices: Sequence[int]) -> int:
    return JOB_GAP if graph.vertices[vertices[0]].kind == "job" and len(vertices) == 1 else ROW_GAP


def _column_places(plan: _Plan) -> tuple[list[int], list[int]]:
    """Return the left side and the width of each column."""
    widths = [max(plan.width(stop) for stop in column) for column in plan.columns]
    room = [COLUMN_GAP] * len(widths)
    for route in plan.chains.routes.values():
        for left, right in itertools.pairwise(route):
            fall = abs(plan.middles[left] - plan.middles[right]) / STEEPEST
            at = plan.chains.ranks[left]
            room[at] = max(room[at], min(round(fall), 2 * COLUMN_GAP))
    for ends, edges in plan.blocks.edges.items():
        route = plan.chains.routes[ends]
        at = plan.chains.ranks[route[_labeled_piece(plan, edges[0], len(route))[0]]]
        label = max((_label(plan, [edge]) for edge in edges), key=len)
        width = max(text_width(row, LABEL_SIZE) for row in label_rows(label))
        room[at] = max(room[at], round(width) + LABEL_ROOM)
    lefts = [MARGIN]
    for width, gap in zip(widths[:-1], room, strict=False):
        lefts.append(lefts[-1] + width + gap)
    return lefts, widths


def _stop_places(plan: _Plan, lefts: Sequence[int], widths: Sequence[int]) -> list[Place]:
    places = []
    for stop, rank in enumerate(plan.chains.ranks):
        left, right = lefts[rank], lefts[rank] + widths[rank]
        inset = (widths[rank] - plan.width(stop)) // 2 if plan.width(stop) else 0
        middle = round(plan.middles[stop]) + MARGIN
        places.append(Place(middle, left, right, left + inset, right - inset))
    return places


def _boxes(plan: _Plan, places: Sequence[Place]) -> tuple[list[Box], list[Box]]:
    boxes = [Box(0, 0, 0, 0)] * len(plan.graph.vertices)
    frames = []
    for block, place in zip(plan.blocks.blocks, places, strict=False):
        top = place.y - block.height // 2
        for vertex, box in zip(block.vertices, block.boxes(place.begin, top), strict=True):
            boxes[vertex] = box
        if block.is_framed:
            frames.append(Box(place.begin, top, block.width, block.height))
    return boxes, frames


def _all_lines(plan: _Plan, places: Sequence[Place]) -> list[Line]:
    taken: list[Box] = []
    lines = []
    for ends, edges in plan.blocks.edges.items():
        route = [places[stop] for stop in plan.chains.routes[ends]]
        forth = [edge for edge in edges if not plan.graph.edges[edge].is_back]
        back = [edge for edge in edges if plan.graph.edges[edge].is_back]
        if forth:
            lines.append(_line(plan, route, forth, taken))
        if back:
            moved = [place.moved(BACK_SHIFT) for place in route] if forth else route
            lines.append(_line(plan, moved, back, taken))
    return lines


def _line(plan: _Plan, route: Sequence[Place], edges: Sequence[int], taken: list[Box]) -> Line:
    """Return one line; its label is left out if there is no room among those taken."""
    path, label = curve(route), _label(plan, edges)
    left, right = _labeled_piece(plan, edges[0], len(route))
    rows = [text_width(row, LABEL_SIZE) for row in label_rows(label) if row]
    for x, y in label_places(route[left], route[right]) if label else ():
        width = round(max(rows))
        box = Box(x - width // 2, y - LABEL_HEIGHT, width, LABEL_HEIGHT * len(rows))
        if not any(_overlap(box, other) for other in taken):
            taken.append(box)
            return Line(edges[0], path, label, x, y)
    return Line(edges[0], path)


def _overlap(box: Box, other: Box) -> bool:
    return (
        box.x < other.x + other.width
        and other.x < box.x + box.width
        and box.y < other.y + other.height
        and other.y < box.y + box.height
    )


def _label(plan: _Plan, edges: Sequence[int]) -> str:
    if len(edges) > 1:
        return ""
    edge = plan.graph.edges[edges[0]]
    return edge_label(edge, plan.graph.vertices[edge.source], plan.graph.vertices[edge.target])


def _labeled_piece(plan: _Plan, edge: int, length: int) -> tuple[int, int]:
    """Return the ends of the piece of a line that it shares with the fewest others."""
    source, target = (plan.blocks.block_of[end] for end in plan.graph.edges[edge].ends)
    is_alone = len(plan.chains.after[source]) == 1 and len(plan.chains.before[target]) > 1
    return (0, 1) if is_alone else (length - 2, length - 1)
