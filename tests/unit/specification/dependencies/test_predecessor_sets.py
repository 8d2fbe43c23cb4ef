"""Predecessor sets, their sharing, counting, and circles."""

from __future__ import annotations

import pytest

from specification.dependencies import predecessor_sets
from specification.dependencies.stages import stages_of
from specification.plan import count_edges
from tests.unit.specification.specs import edges, job, plan, problems


def test_jobs_that_wait_for_the_same_regex_share_one_set() -> None:
    found = plan(
        """
  - {name: "a_{i}", command: x, parameters: {i: "1:1000"}}
  - {name: "b_{i}", command: x, depends_on_regexes: ["^a_.*"], parameters: {i: "1:1000"}}
  - {name: end, command: x, depends_on_regexes: ["^b_"]}
"""
    )
    assert [len(members) for members in found.predecessor_sets] == [1000, 1000]
    assert (found.n_edges, found.n_ready) == (1_001_000, 1000)
    assert found.explicit_sets == [True, True]


def test_an_all_to_all_stage_through_files_has_one_set() -> None:
    found = plan(
        """
  - {name: "a_{i}", command: x, output_files: ["f_{i}"], parameters: {i: "1:300"}}
  - {name: "b_{i}", command: x, input_file_regexes: ["^f_"], parameters: {i: "1:300"}}
""",
        head="files: [{name: 'f_{i}', path: p, parameters: {i: '1:300'}}]",
    )
    assert [len(members) for members in found.predecessor_sets] == [300]
    assert found.n_edges == 90_000
    assert found.explicit_sets == [False]


def test_a_job_that_reads_a_common_and_an_own_file_waits_on_two_sets() -> None:
    found = plan(
        """
  - {name: config, command: x, output_files: [c]}
  - {name: "a_{i}", command: x, output_files: ["f_{i}"], parameters: {i: "1:3"}}
  - {name: "b_{i}", command: x, input_files: [c, "f_{i}"], parameters: {i: "1:3"}}
""",
        head="files: [{name: c, path: p}, {name: 'f_{i}', path: p, parameters: {i: '1:3'}}]",
    )
    assert len(found.predecessor_sets) == 4
    assert [len(one.waits_on) for one in found.jobs] == [0, 0, 0, 0, 2, 2, 2]
    assert found.n_edges == 6


def test_equal_sets_are_one_but_named_and_derived_ones_stay_apart() -> None:
    found = plan(
        """
  - {name: a, command: x, output_files: [f]}
  - {name: b, command: x, input_files: [f], depends_on: [a, a], depends_on_regexes: ["^a$"]}
""",
        head="files: [{name: f, path: p}]",
    )
    assert found.predecessor_sets == [(0,), (0,)]
    assert found.explicit_sets == [True, False]
    assert job(found, "b").waits_on == (0, 1)
    assert (edges(found), found.n_edges) == (["a -> b"], 1)


def test_a_chain_costs_one_set_per_link() -> None:
    jobs = "  - {name: j0, command: x}\n" + "".join(
        f"  - {{name: j{i}, command: x, depends_on: [j{i - 1}]}}\n" for i in range(1, 500)
    )
    found = plan(jobs)
    assert len(found.predecessor_sets) == found.n_edges == 499


@pytest.mark.parametrize(
    ("jobs", "path"),
    [
        ("- {name: a, command: x, depends_on: [b]}\n- {name: b, command: x, depends_on: [a]}",
         "a -> b -> a (b depends on a; a depends on b)"),
        ("- {name: a, command: x, input_files: [f], output_files: [g]}\n"
         "- {name: b, command: x, input_files: [g], output_files: [f]}",
         "a -> b -> a (b reads the file 'g'; a reads the file 'f')"),
        ("- {name: a, command: x, input_files: [f], output_files: [f]}",
         "(a -> a): a reads the file 'f'"),
        ("- {name: a, command: '${user_data.input.d} ${user_data.output.d}'}",
         "(a -> a): a reads the user_data 'd'"),
        ("- {name: a, command: x}\n- {name: ab, command: x, depends_on_regexes: [a]}",
         "(ab -> ab): ab depends on ab"),
        ("- {name: a, command: x, depends_on: [a]}", "(a -> a)"),
        ("- {name: z, command: x, depends_on: [c]}\n- {name: a, command: x, depends_on: [c]}\n"
         "- {name: b, command: x, depends_on: [a]}\n- {name: c, command: x, depends_on: [b]}",
         "a -> b -> c -> a"),
    ],
)  # fmt: skip
def test_a_circle_is_told_with_its_path_and_its_reasons(jobs: str, path: str) -> None:
    text = f"name: w\nfiles: [{{name: f, path: p}}, {{name: g, path: p}}]\njobs:\n{jobs}\n"
    (problem,) = problems(text)
    assert problem.code == "dependency_cycle"
    assert path in problem.detail


def test_a_long_circle_is_told_in_short() -> None:
    jobs = "".join(
        f"- {{name: job_{i}, command: x, depends_on: [job_{(i - 1) % 5000}]}}\n"
        for i in range(5000)
    )
    (problem,) = problems(f"name: w\njobs:\n{jobs}")
    assert problem.code == "dependency_cycle"
    assert len(problem.detail) < 400


@pytest.mark.parametrize(
    ("keys", "code", "pointer"),
    [
        ("depends_on: [first, nope]", "unknown_job", "/jobs/1/depends_on/1"),
        ("depends_on: ['no_{i}']", "unknown_job", "/jobs/1/depends_on/0"),
        ("depends_on_regexes: [first, nope]", "regex_no_match", "/jobs/1/depends_on_regexes/1"),
    ],
)
def test_a_job_that_does_not_exist_is_told(keys: str, code: str, pointer: str) -> None:
    text = (
        "name: w\njobs:\n- {name: first, command: x}\n"
        f"- {{name: 'j_{{i}}', command: x, {keys}, parameters: {{i: '1:3'}}}}\n"
    )
    assert (problems(text)[0].code, problems(text)[0].pointer) == (code, pointer)


@pytest.mark.parametrize("limit", ["MAX_SET_MEMBERS", "MAX_WAITS"])
def test_more_dependencies_than_can_be_stored_are_refused(
    limit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(predecessor_sets, limit, 20)
    stages = (
        "- {name: 'a{i}', command: x, parameters: {i: '1:21'}}\n"
        "- {name: 'b{i}', command: x, depends_on_regexes: [^a], parameters: {i: '1:21'}}\n"
    )
    (problem,) = problems(f"name: w\njobs:\n{stages}")
    assert (problem.code, problem.limit, problem.actual) == ("too_many_dependencies", 20, 21)


@pytest.mark.parametrize(
    ("waits", "sets", "count"),
    [
        ([], [], 0),
        ([(), (0,), (0,)], [(0,)], 2),
        ([(0, 1)], [(1, 2), (2, 3)], 3),
        ([(0, 1), (0, 1), (1,)], [(1, 2), (2, 3)], 8),
        ([(0, 1, 2)], [tuple(range(100)), tuple(range(50, 150)), (149, 200)], 151),
    ],
)
def test_pairs_that_wait_are_counted_once(
    waits: list[tuple[int, ...]], sets: list[tuple[int, ...]], count: int
) -> None:
    assert count_edges(waits, sets) == count


def test_stages_are_the_longest_chains_before_a_job() -> None:
    assert stages_of([(), (0,), (0, 1), (2,)], [(0,), (1,), (3,)]) == [0, 1, 2, -1]
