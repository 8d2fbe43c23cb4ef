from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from workflows.cache import CHEAP_SECONDS, AnswerCache


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Asker:
    """Asks a cache with room for ten; each answer found is a new one."""

    def __init__(self, clock: Clock, **options: float) -> None:
        self.clock = clock
        self.cache = AnswerCache(10, clock, **options)
        self.n_found = 0

    def __call__(
        self,
        key: str = "k",
        revision: int = 1,
        *,
        seconds: float = 1.0,
        size: int = 1,
        must_be_current: bool = False,
    ) -> str:
        def find() -> str:
            self.n_found += 1
            self.clock.now += seconds
            return f"{key}{self.n_found}"

        return self.cache.get(
            key, revision, find, size=lambda _: size, must_be_current=must_be_current
        )


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ask(clock: Clock) -> Asker:
    return Asker(clock)


def test_an_answer_holds_as_long_as_its_revision(ask: Asker, clock: Clock) -> None:
    assert ask() == "k1"
    clock.now += 1_000_000
    assert ask() == "k1"


@pytest.mark.parametrize(
    ("seconds", "options", "rest"),
    [
        (1.0, {}, 20.0),
        (2.0, {}, 40.0),
        (0.5, {"min_rest": 3.0}, 10.0),
        (0.1, {"min_rest": 3.0}, 3.0),
        (2.0, {"max_rest": 12.0}, 10.0),  # counted from when it was begun
        (0.1, {"min_rest": 3.0, "max_rest": 1.1}, 1.0),
    ],
)
def test_an_outdated_answer_serves_twenty_times_as_long_as_it_took_within_bounds(
    clock: Clock, seconds: float, options: dict[str, float], rest: float
) -> None:
    ask = Asker(clock, **options)
    ask(seconds=seconds)
    clock.now += rest - 0.01
    assert ask(revision=2) == "k1"
    assert ask.cache.resting("k") == "k1"
    clock.now += 0.02
    assert ask.cache.resting("k") is None
    assert ask(revision=3) == "k2"


def test_nothing_rests_that_was_never_found(ask: Asker) -> None:
    assert ask.cache.resting("k") is None


def test_a_current_answer_is_never_an_outdated_one(ask: Asker) -> None:
    ask()
    assert ask(revision=2, must_be_current=True) == "k2"
    assert ask(revision=2, must_be_current=True) == "k2"


def test_an_answer_of_great_age_is_found_anew_whatever_its_revision(clock: Clock) -> None:
    ask = Asker(clock, max_age=60.0)
    ask()
    clock.now = 60.0
    assert ask() == "k1"
    clock.now = 60.1
    assert ask() == "k2"


def test_a_cheap_answer_is_found_anew_each_time(ask: Asker) -> None:
    assert ask(seconds=CHEAP_SECONDS / 2) == "k1"
    assert ask(seconds=CHEAP_SECONDS / 2) == "k2"


def test_the_answer_that_was_used_least_recently_makes_room(ask: Asker) -> None:
    for key in "abc":
        ask(key, size=3)
    ask("a")
    ask("d", size=3)
    assert ask("a") == "a1"
    assert ask("b") == "b5"


def test_an_answer_larger_than_all_room_is_not_kept(ask: Asker) -> None:
    ask("a")
    assert ask("big", size=11) == "big2"
    assert ask("big", size=11) == "big3"


class SlowAnswers:
    """A cache whose answers are found only once the test allows it."""

    def __init__(self, clock: Callable[[], float], **options: float) -> None:
        self.cache = AnswerCache(10, clock, cheap_seconds=0, **options)
        self.began, self.may_end = Event(), Event()
        self.n_found = 0

    def find(self) -> int:
        self.n_found += 1
        self.began.set()
        self.may_end.wait(10)
        return self.n_found

    def get(self, revision: int = 1) -> int:
        return self.cache.get("k", revision, self.find, size=lambda _: 1, must_be_current=True)


def test_two_that_ask_the_same_wait_for_one_answer(clock: Clock) -> None:
    answers = SlowAnswers(clock)
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(answers.get)
        assert answers.began.wait(10)
        second = pool.submit(answers.get)
        answers.may_end.set()
        assert (first.result(10), second.result(10)) == (1, 1)


@pytest.mark.parametrize(("seconds", "expected"), [(9.0, 1), (10.0, None)])
def test_an_outdated_answer_serves_while_the_next_is_found_until_it_is_too_old(
    clock: Clock, seconds: float, expected: int | None
) -> None:
    answers = SlowAnswers(clock, max_rest=10.0)
    answers.may_end.set()
    answers.get()
    clock.now = seconds
    assert answers.cache.resting("k") is None
    answers.began.clear()
    answers.may_end.clear()
    with ThreadPoolExecutor(1) as pool:
        following = pool.submit(answers.get, 2)
        assert answers.began.wait(10)
        assert answers.cache.resting("k") == expected
        answers.may_end.set()
        assert following.result(10) == 2
