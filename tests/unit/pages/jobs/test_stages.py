from datetime import UTC, datetime, timedelta

import pytest

from pages.jobs.stages import stages

START = datetime(2026, 1, 1, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def test_each_stage_lasts_until_the_next_begins() -> None:
    parts = stages([("ready", at(0)), ("pending", at(10)), ("running", at(20))], at(100))
    assert [(stage.word, stage.seconds) for stage in parts] == [
        ("ready", 10.0),
        ("pending", 10.0),
        ("running", 80.0),
    ]
    assert parts[-1].start + parts[-1].width == pytest.approx(100)


def test_a_stage_that_never_began_is_left_out() -> None:
    assert [stage.word for stage in stages([("pending", at(0)), ("running", None)], at(5))] == [
        "pending"
    ]


def test_the_shortest_stage_is_seen() -> None:
    parts = stages([("pending", at(0)), ("running", at(0.001))], at(86_400))
    assert parts[0].width > 0.9


def test_clocks_that_disagree_make_no_negative_time() -> None:
    assert [stage.seconds for stage in stages([("pending", at(9)), ("running", at(3))], at(2))] == [
        0,
        0,
    ]


def test_without_an_end_there_is_no_bar() -> None:
    assert stages([("pending", at(0))], None) == []
    assert stages([], at(1)) == []
