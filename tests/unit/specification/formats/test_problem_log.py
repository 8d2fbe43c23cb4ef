"""The problem log: independent problems together, up to a limit."""

from __future__ import annotations

from tests.unit.specification.specs import problems


def test_independent_mistakes_are_reported_together() -> None:
    reported = problems(
        "nmae: w\njobs:\n- {name: a, command: 1}\n- {name: b, parameters: {i: '2:1'}}\n"
    )
    assert [(problem.code, problem.line) for problem in reported] == [
        ("unknown_field", 1),
        ("expected_string", 3),
        ("empty_range", 4),
        ("missing_field", 4),
    ]


def test_at_most_twenty_mistakes_are_reported() -> None:
    jobs = "".join("- {name: a, command: 1}\n" for _ in range(50))
    assert len(problems(f"name: w\njobs:\n{jobs}")) == 20
