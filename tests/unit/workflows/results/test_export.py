import csv
import json

import pytest

from workflows.results.export import csv_lines, escape_formula, json_pieces


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1"])
def test_text_that_a_spreadsheet_would_compute_is_made_inert(text: str) -> None:
    assert escape_formula(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "fit_1", "1-2", " =x", "'=1"])
def test_other_text_stays(text: str) -> None:
    assert escape_formula(text) == text


def test_numbers_stay_numbers_and_nothing_stays_empty() -> None:
    lines = list(csv_lines(["job", "=lr"], [["-fit", -0.5], ["a,b", None], [True, [1]]]))
    assert lines == [
        "job,'=lr\r\n",
        "'-fit,-0.5\r\n",
        '"a,b",\r\n',
        "true,[1]\r\n",
    ]


def test_any_text_comes_back_as_it_was() -> None:
    text = 'a "b"\n,c'
    assert list(csv.reader(csv_lines(["x"], [[text]]))) == [["x"], [text]]


@pytest.mark.parametrize("n_rows", [0, 1, 3])
def test_pieces_of_json_make_one_list(n_rows: int) -> None:
    rows = [{"n": n, "text": "é</script>"} for n in range(n_rows)]
    assert json.loads("".join(json_pieces(rows))) == rows
