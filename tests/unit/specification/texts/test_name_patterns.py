"""Names by pattern: the short cuts find what the whole search finds."""

from __future__ import annotations

import random
import time
from contextlib import suppress

import pytest
import re2

from specification.problems import SpecError
from specification.texts.name_patterns import NameIndex, SearchBudget, literal_prefix

NAMES = ["a_1", "a_10", "a_2", "b", "a.1", "axb", "^a", "A_1", "ä_1", "a_1$", "a", "", "a-1 x"]
PATTERNS = [
    "a", "^a", "^a_1", "^a_1$", "^a_.*", "^a_.*$", "^a_1*$", "^a_1+", "^a?", "^a.1$", "^a\\.1$",
    "1$", "^(a|b)$", "^a|b$", "^\\^a", "^a_[12]$", "^a_{1}", "^a_1\\$$", "^\\d", "^\\w_1$", "^ä",
    "^ä_1$", "(?i)^a_1$", "^a-1 x$", "^", "^$", "$", ".*", "^a_1{2}", "^a_1|^b", "_1$",
    "(_)1$", "[^a]1", "\\Aa_1\\z", "\\Qa.\\E", "\\s", "\\n", "x*", "a(?:_1)?$", "(?P<n>_1)$",
]  # fmt: skip


@pytest.mark.parametrize("pattern", PATTERNS)
def test_matches_are_those_of_an_unanchored_search(pattern: str) -> None:
    whole = tuple(at for at, name in enumerate(NAMES) if re2.search(pattern, name))
    assert NameIndex(NAMES, SearchBudget()).match(pattern) == whole


@pytest.mark.parametrize(
    ("pattern", "start", "rest"),
    [
        ("^job_12$", "job_12", "$"),
        ("^job_.*", "job_", ".*"),
        ("^a\\.b$", "a.b", "$"),
        ("^ab*", "a", "b*"),
        ("^a\\d", "a", "\\d"),
        ("^a|b", "", "^a|b"),
        ("ab", "", "ab"),
        ("^a\\", "a", "\\"),
    ],
)
def test_the_text_that_all_matches_begin_with_is_found(pattern: str, start: str, rest: str) -> None:
    assert literal_prefix(pattern) == (start, rest)


@pytest.mark.parametrize(
    ("pattern", "code"),
    [
        ("(", "regex_invalid"),
        ("a)|(b", "regex_invalid"),
        ("^a\\", "regex_invalid"),
        ("[z-a]", "regex_invalid"),
        ("a**", "regex_invalid"),
        ("a(?=b)", "regex_unsupported"),
        ("(?<!a)b", "regex_unsupported"),
        ("(a)\\1", "regex_unsupported"),
        ("(a{1000}){1000}", "regex_too_complex"),
        ("a" * 1001, "regex_too_long"),
    ],
)
def test_patterns_that_cannot_be_used_are_refused(pattern: str, code: str) -> None:
    with pytest.raises(SpecError) as caught:
        NameIndex(NAMES, SearchBudget()).match(pattern)
    assert caught.value.problems[0].code == code


def test_patterns_that_explode_elsewhere_take_no_time() -> None:
    names = ["a" * 250 + "X"] * 1000
    assert NameIndex(names, SearchBudget()).match("(a+)+$") == ()


def test_the_time_of_all_patterns_together_is_limited() -> None:
    index = NameIndex(NAMES, SearchBudget(seconds=0.0))
    with pytest.raises(SpecError) as caught:
        index.match("[14]$")
    assert caught.value.problems[0].code == "regex_too_complex"
    assert index.budget.is_spent


@pytest.mark.parametrize("pattern", ["^a", "1$", "a_.", "(?i)A"])
def test_the_names_that_all_patterns_together_match_are_limited(pattern: str) -> None:
    index = NameIndex(NAMES, SearchBudget(n_matches=1))
    with pytest.raises(SpecError) as caught:
        index.match(pattern)
    assert caught.value.problems[0].code == "too_many_dependencies"


def test_a_thousand_patterns_over_two_thousand_names_are_not_refused() -> None:
    names = [f"{kind}_{i}" for i in range(1_000) for kind in ("pre", "post")]
    for form in ("pre_{}$", "pre_{}", "^pre_{}[^0-9]*$"):
        index = NameIndex(names, SearchBudget())
        for i in range(1_000):
            assert names.index(f"pre_{i}") in index.match(form.format(i))


@pytest.mark.timeout(30)
@pytest.mark.parametrize(
    "pattern",
    ["(a|b)*a(a|b){200}c?[0-9]", "(\\pL|b){0,200}a(\\pL|b){200}c?[0-9]x", "(?i)(a|b)*a(a|b){99}c"],
)
def test_no_pattern_takes_much_longer_than_all_together_may(pattern: str) -> None:
    letters = random.Random(1)
    names = [
        f"{letters.getrandbits(230):0230b}".translate({48: "a", 49: "b"}) + str(i)
        for i in range(20_000)
    ]
    index = NameIndex(names, SearchBudget(seconds=0.3))
    assert index.joined
    start = time.thread_time()
    with suppress(SpecError):
        index.match(pattern)
    assert time.thread_time() - start < 1.0
