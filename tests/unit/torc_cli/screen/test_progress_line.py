"""The bar and the lines that show the progress of a workflow."""

import pytest

from tests.unit.torc_cli.stub import progress_of
from torc_cli.screen.progress_line import ProgressLine, bar_line, clock


@pytest.mark.parametrize(("seconds", "text"), [(0, "0:00"), (67.9, "1:07"), (7384, "2:03:04")])
def test_the_clock(seconds: float, text: str) -> None:
    assert clock(seconds) == text


@pytest.mark.parametrize("columns", [1, 10, 40, 80, 200])
def test_the_bar_fits_any_terminal(columns: int) -> None:
    line = bar_line("name\x1b数据", {"completed": 3, "failed": 1, "ready": 6}, 12, columns)
    assert len(line) <= columns
    assert "\x1b" not in line


def test_the_bar_shows_counts() -> None:
    line = bar_line("w", {"completed": 5, "running": 5}, 12, 80)
    assert line == "w " + "█" * 15 + "░" * 15 + " 5/10  0:12  5 running"


def test_elsewhere_a_line_comes_on_change_and_once_a_second(
    capsys: pytest.CaptureFixture[str],
) -> None:
    line = ProgressLine("w", 0.0, is_terminal=False)
    line.show(progress_of({"ready": 2}), 0.0)
    line.show(progress_of({"ready": 2}), 5.0)
    line.show(progress_of({"ready": 1, "completed": 1}), 5.1)
    line.show(progress_of({"ready": 0, "running": 1, "completed": 1}), 5.2)
    line.show(progress_of({"completed": 2}), 5.3, is_last=True)
    assert capsys.readouterr().err.splitlines() == [
        "0:00  2 ready",
        "0:05  1 completed, 1 ready",
        "0:05  2 completed",
    ]


def test_on_a_terminal_one_line_is_redrawn(capsys: pytest.CaptureFixture[str]) -> None:
    line = ProgressLine("w", 0.0, is_terminal=True)
    line.show(progress_of({"ready": 2}), 0.0)
    line.show(progress_of({"completed": 2}), 0.1)
    line.close()
    written = capsys.readouterr().err
    assert written.count("\r") == 2
    assert written.count("\n") == 1
