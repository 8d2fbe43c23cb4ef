"""The matrix of a family: one cell for each job, in rows and columns that mean something."""

import itertools
import re
import xml.etree.ElementTree as ET
from collections.abc import Sequence

import pytest

from workflows.graph.layout.matrix import (
    HEIGHT,
    SMALL_CELL,
    WIDTH,
    build_matrix,
    choose_grid,
    matrix_svg,
    order_parameters,
    order_positions,
)


def n_cells(path: str, cell: int) -> int:
    widths = re.findall(r"h(\d+)v", path)
    return sum(int(width) // cell for width in widths)


@pytest.mark.parametrize("n_jobs", [0, 1, 7, 100, 6664, 9_999, 10_001, 20_000])
def test_every_job_has_a_cell(n_jobs: int) -> None:
    words = ["failed" if at % 7 == 3 else "completed" for at in range(n_jobs)]
    matrix = build_matrix(words, {})
    counts = {word: n_cells(path, matrix.grid.cell) for word, path in matrix.paths}
    expected = {word: words.count(word) for word in ("completed", "failed") if word in words}
    assert counts == expected
    assert len(matrix.paths) <= 2


@pytest.mark.parametrize("n_jobs", [50, 6664, 9_999])
def test_up_to_ten_thousand_jobs_fit_the_box(n_jobs: int) -> None:
    grid = choose_grid(n_jobs, {})
    assert grid.n_columns * grid.cell <= WIDTH
    assert grid.n_rows * grid.cell <= HEIGHT


def test_more_have_small_cells_and_stay_as_low() -> None:
    grid = choose_grid(15_000, {})
    assert grid.cell == SMALL_CELL
    assert grid.n_rows * grid.cell <= HEIGHT


def test_two_parameters_are_the_rows_and_the_columns() -> None:
    grid = choose_grid(48, {"lr": list(range(4)), "seed": list(range(12))})
    assert (grid.n_rows, grid.n_columns, grid.is_turned) == (4, 12, False)
    assert grid.caption == "rows: lr (4 values); columns: seed (12 values)"
    assert [grid.place(at) for at in (0, 11, 12)] == [(0, 0), (0, 11), (1, 0)]


def test_few_long_rows_have_high_cells() -> None:
    grid = choose_grid(2500, {"lr": list(range(5)), "seed": list(range(500))})
    assert (grid.cell, grid.height) == (SMALL_CELL, 14)


def test_the_longer_side_lies_down() -> None:
    grid = choose_grid(48, {"seed": list(range(12)), "lr": list(range(4))})
    assert (grid.n_rows, grid.n_columns, grid.is_turned) == (4, 12, True)
    assert [grid.place(at) for at in (0, 1, 4)] == [(0, 0), (1, 0), (0, 1)]


def test_a_bad_value_is_a_stripe() -> None:
    parameters: dict[str, Sequence[object]] = {"lr": ["a", "b", "c"], "seed": list(range(20))}
    words = ["failed" if at // 20 == 1 else "completed" for at in range(60)]
    matrix = build_matrix(words, parameters)
    side = matrix.grid.cell
    assert dict(matrix.paths)["failed"] == f"M0 {side}h{20 * side}v{side}h-{20 * side}z"


def test_parameters_that_do_not_give_a_full_grid_are_wrapped() -> None:
    assert choose_grid(47, {"lr": list(range(4)), "seed": list(range(12))}).caption == ""
    assert choose_grid(12, {"lr": list(range(12)), "seed": list(range(12))}).caption == ""


def test_a_cell_for_several_jobs_shows_the_worst() -> None:
    words = ["completed"] * 100_000
    words[70_001] = "failed"
    matrix = build_matrix(words, {})
    assert matrix.grid.n_each == 5
    row, column = matrix.grid.place(70_001 // 5)
    cell, path = matrix.grid.cell, dict(matrix.paths)["failed"]
    assert path.startswith(f"M{column * cell} {row * cell}h")
    assert n_cells(path, cell) == 1


def test_the_element_tells_a_script_where_each_job_is() -> None:
    matrix = build_matrix(["ready"] * 48, {"seed": list(range(12)), "lr": list(range(4))})
    root = ET.fromstring(matrix_svg(matrix, "<x>", "/w/1/jobs/by-position?family=2&index="))
    assert root.get("data-href") == "/w/1/jobs/by-position?family=2&index="
    assert (root.get("data-rows"), root.get("data-columns")) == ("4", "12")
    assert root.get("data-turned") == ""
    assert root.get("aria-label") == "<x>"


@pytest.mark.parametrize("names", list(itertools.permutations("abc")))
def test_the_order_of_the_parameters_is_read_off_the_jobs(names: tuple[str, ...]) -> None:
    values: dict[str, Sequence[object]] = {"a": [1, 2], "b": [1, 2, 3, 4], "c": ["x", "y"]}
    jobs = [
        dict(zip(names, row, strict=True))
        for row in itertools.product(*(values[name] for name in names))
    ]
    values_at = {at: jobs[at] for at in order_positions(values)}
    assert list(order_parameters(values, values_at)) == list(names)
    assert len(values_at) <= 2 ** len(names)


def test_jobs_that_are_no_product_have_no_order() -> None:
    values = {"a": [1, 2], "b": [1, 2]}
    assert order_parameters(values, {0: {"a": 1, "b": 1}, 1: {"a": 2, "b": 2}}) == {}
    assert order_parameters(values, {0: {"a": 1, "b": 1}}) == {}
