"""The sets of statuses, and which changes are legal."""

from itertools import product

import pytest

from jobs.statuses import (
    ACTIVE,
    BAD,
    COMPLETE,
    ENDED_BADLY,
    TRANSITIONS,
    UNSUCCESSFUL,
    WAITING,
    JobStatus,
    Mover,
    may_follow,
)

S = JobStatus


def test_every_status_is_waiting_or_active_or_over_or_set_aside() -> None:
    parts = [WAITING, ACTIVE, COMPLETE, frozenset({S.DISABLED}), frozenset({S.PENDING_FAILED})]
    assert sorted(status for part in parts for status in part) == sorted(S)
    assert COMPLETE - {S.COMPLETED} == BAD
    assert ENDED_BADLY < UNSUCCESSFUL


@pytest.mark.parametrize(
    ("before", "after", "mover", "is_legal"),
    [
        (S.READY, S.PENDING, Mover.ENGINE, True),
        (S.PENDING, S.RUNNING, Mover.ENGINE, True),
        (S.RUNNING, S.COMPLETED, Mover.ENGINE, True),
        (S.RUNNING, S.READY, Mover.ENGINE, True),
        (S.BLOCKED, S.PENDING, Mover.ENGINE, False),
        (S.READY, S.RUNNING, Mover.ENGINE, False),
        (S.READY, S.COMPLETED, Mover.ENGINE, False),
        (S.READY, S.DISABLED, Mover.PERSON, True),
        (S.READY, S.DISABLED, Mover.ENGINE, False),
        (S.RUNNING, S.DISABLED, Mover.PERSON, False),
        (S.RUNNING, S.COMPLETED, Mover.PERSON, False),
        (S.FAILED, S.BLOCKED, Mover.PERSON, True),
        (S.DISABLED, S.UNINITIALIZED, Mover.PERSON, True),
        (S.DISABLED, S.BLOCKED, Mover.PERSON, False),
    ],
)
def test_a_change_is_legal_or_not(
    before: JobStatus, after: JobStatus, mover: Mover, is_legal: bool
) -> None:
    assert may_follow(after, before, mover) is is_legal


def test_the_engine_takes_nothing_out_of_what_is_over_or_set_aside() -> None:
    resting = [*COMPLETE, S.DISABLED, S.PENDING_FAILED, S.UNINITIALIZED]
    pairs = product(resting, S)
    assert not any(may_follow(after, before, Mover.ENGINE) for before, after in pairs)


def test_every_status_can_be_reached_and_left() -> None:
    assert {status for step in TRANSITIONS for status in step.targets} == set(S)
    assert {status for step in TRANSITIONS for status in step.sources} == set(S)
