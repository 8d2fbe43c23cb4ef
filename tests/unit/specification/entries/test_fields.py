"""Reading of keys: unknown keys, keys of later versions, null."""

from __future__ import annotations

from tests.unit.specification.specs import HEAD, JOB, plan, problems


def test_an_unknown_key_is_reported_with_the_nearest_known_one_at_the_key() -> None:
    (problem,) = problems(
        "name: w\njobs:\n  - name: a\n    command: x\n    dependson:\n      - b\n"
    )
    assert (problem.line, problem.column) == (5, 5)
    assert "did you mean 'depends_on'?" in problem.detail
    assert problem.hint is not None
    assert "depends_on_regexes" in problem.hint


def test_a_key_of_a_later_version_is_reported_as_such() -> None:
    (problem,) = problems(HEAD + "slurm_schedulers: []\n" + JOB)
    assert "not supported yet" in problem.detail


def test_null_is_the_same_as_absent_even_for_keys_of_later_versions() -> None:
    workflow = plan("  - {name: a, command: x, depends_on: null, scheduler: null, env: null}")
    assert workflow.jobs[0].env == {}
