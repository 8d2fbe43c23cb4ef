"""Names by pattern: the short cuts find what the whole search finds."""

from __future__ import annotations

import pytest
import re2

from specification.problems import SpecError
from specification.texts.name_patterns import NameIndex, SearchBudget, literal_prefix

NAMES = ["a_1", "a_10", "a_2", "b", "a.1", "axb", "^a", "A_1", "ä_1", "a_1$", "a", "", "a-1 x"]
PATTERNS = [
    "a", "^a", "^a_1", "^a_1$", "^a_.*", "^a_.*$", "^a_1*$", "^a_1+", "^a?", "^a.1$", "^a\\.1$",
    "1$", "^(a|b)$", "^a|b$", "^\\^a", "^a_[12]$", "^a_{1}", "^a_1\\$$", "^\\d", "^\\w_1$", "^ä",
    "^ä_1$", "(?i)^a_1$", "^a-1 x$", "^", "^$", "$", ".*", "^a_1{2}", "^a_1|^b",
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


def test_the_work_of_all_patterns_together_is_limited() -> None:
    index = NameIndex(NAMES, SearchBudget(left=3 * len(NAMES)))
    for pattern in ("1$", "2$", "3$", "1$", "^a_1$", "^a_.*"):
        index.match(pattern)
    with pytest.raises(SpecError) as caught:
        index.match("4$")
    assert caught.value.problems[0].code == "regex_too_complex"
