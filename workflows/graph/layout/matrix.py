"""All jobs of a family at a glance: one cell each, one path for each status."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from math import ceil, prod
from typing import Any

from workflows.graph.layout.paint import WORDS, WORST_FIRST

WIDTH = 880
HEIGHT = 240
MANY = 10_000
SMALL_CELL = 4
CELLS = (14, 12, 10, 8, 7, 6, 5)
MAX_CELLS = 20_000
"""A cell of a larger family stands for several jobs and shows the worst of them."""


@dataclass(frozen=True, slots=True)
class Grid:
    """Where the cell of each job is."""

    n_rows: int
    n_columns: int
    cell: int
    """Width of a cell in pixels."""
    height: int
    """Height of a cell in pixels: more than its width if there are few long rows."""
    is_turned: bool = False
    """Whether successive jobs go down the columns, not along the rows."""
    n_each: int = 1
    """How many jobs share a cell."""
    caption: str = ""
    """What the rows and columns stand for."""

    def place(self, at: int) -> tuple[int, int]:
        """Return row and column of a cell."""
        if self.is_turned:
            return at % self.n_rows, at // self.n_rows
        return divmod(at, self.n_columns)


@dataclass(frozen=True, slots=True)
class Matrix:
    """A grid and the shapes that fill it."""

    grid: Grid
    paths: tuple[tuple[str, str], ...]
    """Status word and path, in the order of the bars."""
    lines: str
    """Path of the lines between the cells."""
    n_jobs: int

    @property
    def width(self) -> int:
        """Return it in pixels."""
        return self.grid.n_columns * self.grid.cell

    @property
    def height(self) -> int:
        """Return it in pixels."""
        return self.grid.n_rows * self.grid.height


def build_matrix(words: Sequence[str], parameters: Mapping[str, Sequence[Any]]) -> Matrix:
    """Return the matrix of a family.

    Args:
        words: status word of each job, in the order of expansion.
        parameters: names and values, the one that varies slowest first.
    """
    grid = choose_grid(len(words), parameters)
    cells = _worst_of_each(words, grid.n_each) if grid.n_each > 1 else words
    rows: list[list[str]] = [[""] * grid.n_columns for _ in range(grid.n_rows)]
    for at, word in enumerate(cells):
        row, column = grid.place(at)
        rows[row][column] = word
    return Matrix(grid, _paths(rows, grid), _lines(grid), len(words))


def choose_grid(n_jobs: int, parameters: Mapping[str, Sequence[Any]]) -> Grid:
    """Return rows and columns; they follow the parameters if these give a full grid."""
    axes = [(name, len(values)) for name, values in parameters.items() if len(values) > 1]
    is_full = len(axes) > 1 and prod(size for _, size in axes) == n_jobs
    if is_full and n_jobs <= MAX_CELLS and (grid := _by_parameters(n_jobs, axes)):
        return grid
    n_each = ceil(n_jobs / MAX_CELLS)
    n_cells = ceil(n_jobs / n_each) if n_jobs else 0
    for cell in CELLS if n_cells <= MANY else ():
        n_columns = min(WIDTH // cell, max(n_cells, 1))
        if ceil(n_cells / n_columns) * cell <= HEIGHT:
            return Grid(ceil(n_cells / n_columns), n_columns, cell, cell, n_each=n_each)
    n_columns = max(WIDTH // SMALL_CELL, ceil(n_cells / (HEIGHT // SMALL_CELL)))
    return Grid(ceil(n_cells / n_columns), n_columns, SMALL_CELL, SMALL_CELL, n_each=n_each)


def order_positions(parameters: Mapping[str, Sequence[Any]]) -> list[int]:
    """Return the positions of the jobs whose values show in which order parameters vary."""
    positions = {0, 1}
    for values in parameters.values():
        positions |= {at * len(values) for at in positions if at}
    n_jobs = prod(len(values) for values in parameters.values())
    return sorted(at for at in positions if at < n_jobs)


def order_parameters(
    parameters: Mapping[str, Sequence[Any]], values_at: Mapping[int, Mapping[str, Any]]
) -> dict[str, Sequence[Any]]:
    """Return the parameters, the one that varies slowest first; none if there is no such order.

    Not every database keeps the order in which names and values are stored.

    Args:
        parameters: names and values.
        values_at: position of a job in its family -> its values, at `order_positions`.
    """
    left = {name: values for name, values in parameters.items() if len(values) > 1}
    slower: list[str] = []
    step = 1
    while left and step in values_at:
        first, other = values_at[0], values_at[step]
        changed = [name for name in left if first.get(name) != other.get(name)]
        if len(changed) != 1:
            return {}
        slower.append(changed[0])
        step *= len(left.pop(changed[0]))
    return {} if left else {name: parameters[name] for name in reversed(slower)}


def _by_parameters(n_jobs: int, axes: Sequence[tuple[str, int]]) -> Grid | None:
    """Return a grid with the first parameters on one side and the others on the other."""
    at = min(
        range(1, len(axes)), key=lambda cut: abs(prod(size for _, size in axes[:cut]) ** 2 - n_jobs)
    )
    slow, fast = axes[:at], axes[at:]
    n_slow, n_fast = (prod(size for _, size in side) for side in (slow, fast))
    is_turned = n_slow > n_fast
    n_rows, n_columns = (n_fast, n_slow) if is_turned else (n_slow, n_fast)
    height = max(min(HEIGHT // n_rows, CELLS[0]), SMALL_CELL)
    cell = max(min(WIDTH // n_columns, height), SMALL_CELL)
    if n_rows > HEIGHT // SMALL_CELL:
        return None
    rows, columns = (fast, slow) if is_turned else (slow, fast)
    caption = f"rows: {_names(rows)}; columns: {_names(columns)}"
    return Grid(n_rows, n_columns, cell, height, is_turned, caption=caption)


def _names(axes: Sequence[tuple[str, int]]) -> str:
    return " \N{MULTIPLICATION SIGN} ".join(f"{name} ({size:,} values)" for name, size in axes)


def _worst_of_each(words: Sequence[str], n_each: int) -> list[str]:
    places = {word: at for at, word in enumerate(WORST_FIRST)}
    chunks = (words[at : at + n_each] for at in range(0, len(words), n_each))
    return [min(chunk, key=places.__getitem__) for chunk in chunks]


def _paths(rows: Sequence[Sequence[str]], grid: Grid) -> tuple[tuple[str, str], ...]:
    """Return one path for each status; cells side by side make one rectangle."""
    parts: dict[str, list[str]] = {}
    for number, row in enumerate(rows):
        start = 0
        for at in range(1, len(row) + 1):
            if at < len(row) and row[at] == row[start]:
                continue
            if row[start]:
                width = (at - start) * grid.cell
                corner = f"{start * grid.cell} {number * grid.height}"
                shape = f"M{corner}h{width}v{grid.height}h-{width}z"
                parts.setdefault(row[start], []).append(shape)
            start = at
    return tuple((word, "".join(parts[word])) for word in WORDS if word in parts)


def _lines(grid: Grid) -> str:
    width, height = grid.n_columns * grid.cell, grid.n_rows * grid.height
    across = (f"M0 {row * grid.height}h{width}" for row in range(1, grid.n_rows))
    down = (f"M{column * grid.cell} 0v{height}" for column in range(1, grid.n_columns))
    return "".join([*across, *down])


def matrix_svg(matrix: Matrix, label: str, href: str) -> str:
    """Return the matrix for a page; a script leads from a cell to its job.

    Args:
        matrix: what to draw.
        label: what it shows, in words.
        href: where the job at a position is, without the position itself.
    """
    grid = matrix.grid
    turned = ' data-turned=""' if grid.is_turned else ""
    cells = "".join(f'<path class="fill-{word}" d="{path}"/>' for word, path in matrix.paths)
    return (
        f'<svg class="matrix" role="img" aria-label="{escape(label)}" data-href="{escape(href)}"'
        f' data-rows="{grid.n_rows}" data-columns="{grid.n_columns}" data-each="{grid.n_each}"'
        f' data-jobs="{matrix.n_jobs}"{turned}'
        f' width="{matrix.width}" height="{matrix.height}"'
        f' viewBox="0 0 {matrix.width} {matrix.height}">'
        f'{cells}<path class="grid" d="{matrix.lines}"/></svg>'
    )
