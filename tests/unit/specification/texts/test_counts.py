"""Counts with their nouns."""

from __future__ import annotations

import pytest

from specification.texts.counts import agree, counted


@pytest.mark.parametrize(
    ("n", "text"), [(0, "0 jobs"), (1, "1 job"), (2, "2 jobs"), (12_500, "12,500 jobs")]
)
def test_a_noun_agrees_with_its_count(n: int, text: str) -> None:
    assert counted(n, "job") == text


def test_an_irregular_plural_is_given() -> None:
    assert [counted(n, "family", "families") for n in (1, 2)] == ["1 family", "2 families"]


def test_a_verb_agrees_with_its_count() -> None:
    assert [agree(n, "goes", "go") for n in (0, 1, 2)] == ["go", "goes", "go"]
