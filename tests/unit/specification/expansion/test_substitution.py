"""Texts of one entry, with placeholders replaced for all rows at once."""

from __future__ import annotations

from specification.expansion.substitution import Substitution
from specification.formats.document import Document
from specification.formats.problem_log import ProblemLog
from specification.texts.parameter_values import Combinations


def substitution(log: ProblemLog | None = None) -> Substitution:
    log = log or ProblemLog(Document({}, lambda mark: (1, mark + 1)))
    return Substitution(log, ("jobs", 0), Combinations({"i": (1, 2), "s": ("a", "b")}, is_zip=True))


def test_a_text_has_one_value_for_each_row() -> None:
    texts = substitution()
    assert texts.column("command", "x {i}{s}") == ["x 1a", "x 2b"]
    assert texts.column("command", "x") == ["x", "x"]
    assert texts.column("failure_handler", None) == [None, None]
    assert texts.parameters() == [{"i": 1, "s": "a"}, {"i": 2, "s": "b"}]


def test_names_are_composed() -> None:
    assert substitution().names("name", "a\u0308{i}") == ["\u00e41", "\u00e42"]


def test_rows_share_what_does_not_vary() -> None:
    texts = substitution()
    first, second = texts.tuples("depends_on", ("x", "y"))
    assert first is second
    first_env, second_env = texts.mappings("env", {"A": "x"})
    assert first_env is second_env
    assert texts.tuples("depends_on", ("x", "{s}")) == [("x", "a"), ("x", "b")]
    assert texts.mappings("env", {"A": "{i}"}) == [{"A": "1"}, {"A": "2"}]


def test_a_wrong_format_is_reported_at_its_key() -> None:
    log = ProblemLog(Document({}, lambda mark: (1, mark + 1)))
    assert substitution(log).column("command", "{i:q}") == ["{i:q}", "{i:q}"]
    assert [(p.code, p.pointer) for p in log.problems] == [("invalid_format", "/jobs/0/command")]
