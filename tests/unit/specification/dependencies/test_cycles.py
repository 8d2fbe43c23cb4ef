"""Jobs that wait for each other are reported with the cycle and its reasons."""

from __future__ import annotations

import pytest

from tests.unit.specification.specs import problems


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
def test_a_cycle_is_reported_with_its_path_and_its_reasons(jobs: str, path: str) -> None:
    text = f"name: w\nfiles: [{{name: f, path: p}}, {{name: g, path: p}}]\njobs:\n{jobs}\n"
    (problem,) = problems(text)
    assert problem.code == "dependency_cycle"
    assert path in problem.detail


def test_a_long_cycle_is_reported_in_short() -> None:
    jobs = "".join(
        f"- {{name: job_{i}, command: x, depends_on: [job_{(i - 1) % 5000}]}}\n"
        for i in range(5000)
    )
    (problem,) = problems(f"name: w\njobs:\n{jobs}")
    assert problem.code == "dependency_cycle"
    assert len(problem.detail) < 400
