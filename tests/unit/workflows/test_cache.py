from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from workflows.cache import CHEAP_SECONDS, REST_FACTOR, Keeper


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ask(clock: Clock) -> Callable[..., str]:
    """Ask a keeper with room for ten; each answer found is a new one."""
    keeper = Keeper(10, clock)
    n_found = 0

    def asked(
        key: str = "k",
        revision: int = 1,
        *,
        seconds: float = 1.0,
        size: int = 1,
        final: bool = False,
    ) -> str:
        def find() -> str:
            nonlocal n_found
            n_found += 1
            clock.now += seconds
            return f"{key}{n_found}"

        return keeper.get(key, revision, find, size=lambda _: size, must_be_current=final)

    return asked


def test_an_answer_holds_as_long_as_its_revision(ask: Callable[..., str], clock: Clock) -> None:
    assert ask() == "k1"
    clock.now += 1_000_000
    assert ask() == "k1"


def test_a_dear_answer_serves_a_while_longer(ask: Callable[..., str], clock: Clock) -> None:
    ask(seconds=2.0)
    clock.now += 2.0 * REST_FACTOR - 0.1
    assert ask(revision=2) == "k1"
    clock.now += 0.2
    assert ask(revision=3) == "k2"


def test_a_final_answer_is_never_an_earlier_one(ask: Callable[..., str]) -> None:
    ask()
    assert ask(revision=2, final=True) == "k2"
    assert ask(revision=2, final=True) == "k2"


def test_a_cheap_answer_is_found_anew_each_time(ask: Callable[..., str]) -> None:
    assert ask(seconds=CHEAP_SECONDS / 2) == "k1"
    assert ask(seconds=CHEAP_SECONDS / 2) == "k2"


def test_the_answer_that_nobody_asked_for_longest_makes_room(ask: Callable[..., str]) -> None:
    for key in "abc":
        ask(key, size=3)
    ask("a")
    ask("d", size=3)
    assert ask("a") == "a1"
    assert ask("b") == "b5"


def test_an_answer_larger_than_all_room_is_not_kept(ask: Callable[..., str]) -> None:
    ask("a")
    assert ask("big", size=11) == "big2"
    assert ask("big", size=11) == "big3"


def test_two_that_ask_the_same_wait_for_one_answer() -> None:
    keeper, began, may_end, n_found = Keeper(10), Event(), Event(), 0

    def find() -> int:
        nonlocal n_found
        n_found += 1
        began.set()
        may_end.wait(10)
        return n_found

    def asked() -> int:
        return keeper.get("k", 1, find, size=lambda _: 1, must_be_current=True)

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(asked)
        assert began.wait(10)
        second = pool.submit(asked)
        may_end.wait(CHEAP_SECONDS * 2)  # long enough to be worth keeping
        may_end.set()
        assert (first.result(10), second.result(10)) == (1, 1)
