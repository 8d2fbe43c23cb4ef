"""The command's statuses are those of the engine, although it may not import them."""

from jobs import statuses as engine
from torc_cli import statuses


def words(members: "frozenset[engine.JobStatus]") -> set[str]:
    return {status.word for status in members}


def test_all_statuses_stand_in_the_order_of_the_pages() -> None:
    assert tuple(status.word for status in engine.DISPLAY_ORDER) == statuses.DISPLAY_ORDER
    assert set(statuses.DISPLAY_ORDER) == {status.word for status in engine.JobStatus}


def test_each_set_of_statuses_is_that_of_the_engine() -> None:
    assert set(statuses.COMPLETE) == words(engine.COMPLETE)
    assert set(statuses.ACTIVE) == words(engine.ACTIVE)
    assert set(statuses.UNSUCCESSFUL) == words(engine.UNSUCCESSFUL)
