"""When a watched workflow is at its end."""

from typing import Any

import pytest

from torc_cli.commands.run_end import COMPLETED, STUCK, WITH_FAILURES, Watch
from torc_cli.screen.progress import Painter, bar_line, clock
from torc_cli.screen.run_summary import summary
from torc_cli.screen.wording import bytes_in_words, counts_in_words, seconds_in_words


def progress(counts: dict[str, int], **changes: Any) -> dict[str, Any]:
    return {
        "is_started": True,
        "is_complete": False,
        "is_canceled": False,
        "counts": counts,
        "unplaceable": [],
        "waiting_reason": None,
        "workers_online": 1,
        **changes,
    }


HELD = {
    "unplaceable": [{"job_id": 1, "name": "big", "why": "asks 2 GPUs, the largest node has 0"}],
    "waiting_reason": "1 job is held",
}


@pytest.mark.parametrize(
    ("now", "code"),
    [
        (progress({"completed": 3}, is_complete=True), COMPLETED),
        (progress({}, is_complete=True), COMPLETED),
        (progress({"completed": 3, "failed": 1}, is_complete=True), WITH_FAILURES),
        (progress({"completed": 3, "canceled": 1}, is_complete=True), WITH_FAILURES),
        (progress({"terminated": 1}, is_complete=True), WITH_FAILURES),
        (progress({"running": 1, "canceled": 1}, is_canceled=True), None),
        (progress({"ready": 1, "canceled": 1}, is_canceled=True), WITH_FAILURES),
        (progress({"ready": 3}), None),
        (progress({"ready": 3}, workers_online=0), None),
        (progress({"ready": 1}, **HELD), None),
    ],
)
def test_the_end_has_a_code(now: dict[str, Any], code: int | None) -> None:
    assert Watch().verdict(now, 0.0) == code


def test_without_a_worker_it_waits_a_minute() -> None:
    watch = Watch()
    alone = progress({"ready": 1}, workers_online=0, waiting_reason="no worker")
    assert [watch.verdict(alone, now) for now in (0, 30, 59.9)] == [None, None, None]
    assert watch.verdict(alone, 60) == STUCK
    assert "no worker has been online for 60 s" in watch.why


def test_a_worker_that_comes_starts_the_minute_anew() -> None:
    watch = Watch()
    alone = progress({"ready": 1}, workers_online=0)
    watch.verdict(alone, 0)
    watch.verdict(progress({"running": 1}), 50)
    watch.verdict(alone, 55)
    assert watch.verdict(alone, 70) is None
    assert watch.verdict(alone, 115) == STUCK


def test_a_job_that_fits_nowhere_is_named_with_what_it_asks() -> None:
    watch = Watch()
    held = progress({"ready": 1, "completed": 2}, **HELD)
    assert watch.verdict(held, 0) is None
    assert watch.verdict(held, 3) == STUCK
    assert watch.why == "job big: asks 2 GPUs, the largest node has 0"


def test_while_something_runs_nobody_is_stuck() -> None:
    watch = Watch()
    running = progress({"ready": 1, "running": 1}, **HELD)
    assert [watch.verdict(running, now) for now in (0, 100)] == [None, None]


def test_disabled_jobs_that_block_the_rest_are_a_reason_too() -> None:
    watch = Watch()
    blocked = progress({"disabled": 1, "blocked": 2}, waiting_reason="1 job is disabled")
    watch.verdict(blocked, 0)
    assert (watch.verdict(blocked, 5), watch.why) == (STUCK, "1 job is disabled")


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
    painter = Painter("w", 0.0, is_terminal=False)
    painter.show(progress({"ready": 2}), 0.0)
    painter.show(progress({"ready": 2}), 5.0)
    painter.show(progress({"ready": 1, "completed": 1}), 5.1)
    painter.show(progress({"ready": 0, "running": 1, "completed": 1}), 5.2)
    painter.show(progress({"completed": 2}), 5.3, is_last=True)
    assert capsys.readouterr().err.splitlines() == [
        "0:00  2 ready",
        "0:05  1 completed, 1 ready",
        "0:05  2 completed",
    ]


def test_on_a_terminal_one_line_is_redrawn(capsys: pytest.CaptureFixture[str]) -> None:
    painter = Painter("w", 0.0, is_terminal=True)
    painter.show(progress({"ready": 2}), 0.0)
    painter.show(progress({"completed": 2}), 0.1)
    painter.close()
    written = capsys.readouterr().err
    assert written.count("\r") == 2
    assert written.count("\n") == 1


def test_the_summary_names_failed_jobs_and_where_to_look() -> None:
    bad = [
        {"id": 4, "name": "a", "status": "failed", "return_code": 2, "reason": "return code 2"},
        {"id": 5, "name": "b", "status": "canceled", "return_code": None, "reason": "a failed"},
    ]
    end = progress({"failed": 1, "canceled": 4}, is_complete=True)
    assert summary(7, end, bad) == [
        "Workflow 7 is complete, with failures: 4 canceled, 1 failed",
        "  failed     a (job 4): return code 2",
        "  canceled   b (job 5): a failed",
        "  and 3 more",
        "See what a job wrote with `torc jobs logs 4` (--stderr).",
    ]


@pytest.mark.parametrize(
    ("given", "text"),
    [
        (counts_in_words({}), "no jobs"),
        (counts_in_words({"failed": 1, "completed": 2}), "2 completed, 1 failed"),
        (seconds_in_words(0.4), "0.40 s"),
        (seconds_in_words(185), "3m 05s"),
        (seconds_in_words(7380), "2h 03m"),
        (bytes_in_words(None), ""),
        (bytes_in_words(512), "512 B"),
        (bytes_in_words(1536), "1.5 KiB"),
        (bytes_in_words(5 * 2**40), "5.0 TiB"),
    ],
)
def test_numbers_in_words(given: str, text: str) -> None:
    assert given == text
