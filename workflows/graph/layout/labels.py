"""Texts in a drawing: the labels of lines, and names cut to their width."""

from __future__ import annotations

from functools import lru_cache

from specification.texts.counts import agree
from workflows.graph.layout.shapes import Edge, Vertex

MANY_EDGES = 100_000
"""With this many edges, a barrier between two stages is worth a warning."""

_NARROW = frozenset("fijlrtI.,:;'|!()[]{}/ ")
_WIDE = frozenset("mwMW@%—…✕▶→\N{MULTIPLICATION SIGN}")
_ELLIPSIS = "…"


@lru_cache(maxsize=4096)  # labels repeat, and each is measured twice
def text_width(text: str, size: float, *, is_bold: bool = False) -> float:
    """Return about how many pixels a text takes in the page's font."""
    units = sum(
        0.36
        if character in _NARROW
        else 0.9
        if character in _WIDE
        else 0.68
        if character.isupper()
        else 0.58
        for character in text
    )
    return units * size * (1.25 if is_bold else 1.04)


def fit_text(text: str, width: float, size: float, *, is_bold: bool = False) -> str:
    """Return the text, cut with an ellipsis if it would take more than `width` pixels."""
    if text_width(text, size, is_bold=is_bold) <= width:
        return text
    left = width - text_width(_ELLIPSIS, size, is_bold=is_bold)
    start = ""
    for character in text:
        left -= text_width(character, size, is_bold=is_bold)
        if left < 0:
            break
        start += character
    return start.rstrip() + _ELLIPSIS


def short_count(number: int) -> str:
    """Return a count in at most six characters: ``950``, ``12,400``, ``44 M``."""
    for unit, name in ((10**9, "G"), (10**6, "M")):
        if number >= unit:
            scaled = number / unit
            return f"{scaled:.0f} {name}" if scaled >= 10 else f"{scaled:.1f} {name}"
    return f"{number:,}"


def edge_label(edge: Edge, source: Vertex, target: Vertex) -> str:
    """Return in which way the jobs of one vertex wait for those of another.

    Nothing needs saying about two single jobs, and data vertices show their counts themselves.
    """
    n_from, n_to, n_edges = source.n_jobs, target.n_jobs, edge.n_edges
    if source.is_data or target.is_data or n_from == n_to == 1:
        return ""
    if n_from == 1 or n_to == 1:
        return f"{_part_of(n_from, n_edges)} → {_part_of(n_to, n_edges)}"
    if n_edges >= n_from * n_to:
        return f"all \N{MULTIPLICATION SIGN} all ({short_count(n_edges)} edges)"
    if n_edges == n_from == n_to:
        return "1:1"
    if n_edges == n_to and n_to % n_from == 0:
        return f"1 → {n_to // n_from:,} each"
    if n_edges == n_from and n_from % n_to == 0:
        return f"{n_from // n_to:,} → 1 each"
    return f"{short_count(n_edges)} {agree(n_edges, 'edge', 'edges')}"


def label_rows(label: str) -> tuple[str, str]:
    """Return the parts of a label above and below its line."""
    above, opening, below = label.partition(" (")
    return above, opening.strip() + below


def _part_of(n_jobs: int, n_edges: int) -> str:
    return f"{n_jobs:,}" if n_jobs in (1, n_edges) else f"{n_edges:,} of {n_jobs:,}"


def is_barrier(edge: Edge, source: Vertex, target: Vertex) -> bool:
    """Return whether one job between the stages should replace so many edges."""
    if source.is_data or target.is_data or edge.n_edges < MANY_EDGES:
        return False
    return edge.n_edges >= source.n_jobs * target.n_jobs
