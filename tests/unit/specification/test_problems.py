"""Paths of problems in three spellings, and names offered instead of unknown ones."""

from __future__ import annotations

import pytest

from specification.problems import (
    SpecPath,
    did_you_mean,
    json_pointer,
    nearest,
    parse_pointer,
    path_text,
)


@pytest.mark.parametrize(
    ("path", "pointer", "text"),
    [
        ((), "", "The spec"),
        (("jobs", 0, "depends_on", 1), "/jobs/0/depends_on/1", "jobs[0].depends_on[1]"),
        (("env", "A/B~C"), "/env/A~1B~0C", "env.A/B~C"),
    ],
)
def test_a_path_is_written_as_pointer_and_as_text(path: SpecPath, pointer: str, text: str) -> None:
    assert json_pointer(path) == pointer
    assert parse_pointer(pointer) == tuple(str(part) for part in path)
    assert path_text(path) == text


def test_the_most_similar_name_is_offered() -> None:
    assert nearest("dependson", ["name", "depends_on", "depends_on_regexes"]) == "depends_on"
    assert did_you_mean("dependson", ["depends_on"]) == "; did you mean 'depends_on'?"
    assert did_you_mean("x", ["depends_on"]) == "."


def test_of_many_names_only_those_with_the_same_beginning_are_compared() -> None:
    many = [f"job_{n}" for n in range(3_000)]
    assert nearest("job_2999x", ["obj_2999x", *many[:100], *many[-1000:]]) == "job_2999"
    assert nearest("bob_1", many) is None
