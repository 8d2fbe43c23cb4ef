"""What people write by mistake is answered with what they should write."""

from __future__ import annotations

from pathlib import Path

import pytest

from specification.compile import plan_workflow
from specification.problems import SpecError
from tests.unit.specification.specs import SHARED, problems

JOB = "name: w\njobs:\n  - {name: a, command: x}\n"
REQUIREMENT = JOB + "resource_requirements:\n  - {name: r, num_cpus: 1, "
SWEEP = "name: w\njobs:\n  - {name: 't_{i}', command: x, parameters: {i: '1:5'}}\n"
MISTAKES = SHARED / "inputs" / "mistakes"

HINTS = [
    (REQUIREMENT + "memory: 4096}", "", "Write 4096m if these are MiB."),
    (REQUIREMENT + "memory: 4 GB}", "", "Write 4g."),
    (REQUIREMENT + "memory: 4.5g}", "", "Write 4608m."),
    (REQUIREMENT + "memory: 1g, runtime: 7200}", "", "Write PT2H if these are seconds."),
    (REQUIREMENT + "memory: 1g, runtime: 2h}", "", "Write PT2H."),
    (REQUIREMENT + "memory: 1g, runtime: '36:00:00'}", "", "Write P1DT12H."),
    (REQUIREMENT + "memory: 1g, cpus: 2}", "", "Write 'num_cpus'."),
    ("name: w\njobs:\n  - {name: a, comand: x}\n", "", "Write 'command'."),
    ("name: w\njobs:\n  - {name: a, cmd: x}\n", "", "Write 'command'."),
    ("name: w\njobs:\n  - {name: a, command: {i}}\n", "", 'in quotes: command: "{i}"'),
    ("name: w\njobs:\n  - {name: a, command: [python, x]}\n", "", "command: python x"),
    ("name: w\njobs:\n  - name: a\n    command: echo a: b\n", "", "command: 'echo a: b'"),
    ("name: w\njobs:\n  - name: {i}_a\n", "", 'name: "{i}_a"'),
    ("name: w\njobs:\n  - name: @a\n", "", "begins with '@'"),
    ("name: w\njobs:\n\t- name: a\n", "", "spaces instead of tabs"),
    ("name: w\njobs:\n  a: {command: x}\n", "", "- name: a"),
    (
        "name: w\njobs:\n  - {name: a, command: x, resource_requirements: {num_cpus: 1}}\n",
        "",
        "section 'resource_requirements'",
    ),
    (SWEEP + "  - {name: z, command: x, depends_on: [t]}\n", "", "depends_on_regexes: ['^t_']"),
    (SWEEP + "  - {name: z, command: x, depends_on: ['t_{i}']}\n", "", "the same parameters"),
    (JOB, "w.json", "ends in .yaml"),
    ('{"name": "w", "jobs": [],}', "w.json", "Remove the comma before '}'."),
    ("{'name': 'w'}", "w.json", "double quotes"),
    ("#!/bin/bash\n#SBATCH --mem=4G\nsrun x\n", "", "bash script.sh"),
    ('rule all:\n    input: "x"\n', "", "each rule as a job"),
    (
        "from airflow import DAG\nwith DAG('x') as dag:\n  a = B(c='d')\n",
        "",
        "each operator as a job",
    ),
    ("name: CI\njobs:\n  b:\n    runs-on: x\n", "", "'needs' is depends_on"),
    ("cwlVersion: v1.2\nclass: Workflow\n", "", "each step as a job"),
]


@pytest.mark.parametrize(("text", "filename", "part"), HINTS, ids=[hint for *_, hint in HINTS])
def test_a_mistake_is_answered_with_what_to_write(text: str, filename: str, part: str) -> None:
    (problem,) = problems(text, filename=filename)
    assert part in (problem.hint or "")


def test_an_unknown_key_names_the_nearest_keys_and_not_all() -> None:
    (problem,) = problems("name: w\njobs:\n  - {name: a, command: x, input_file: [b]}\n")
    assert problem.hint == "Keys with similar names: input_files, output_files, input_file_regexes."
    (problem,) = problems("name: w\njobs:\n  - {name: a, command: x, qqq: [b]}\n")
    assert problem.hint == "Remove it: no key has a similar name."


@pytest.mark.skipif(not MISTAKES.exists(), reason="the collection of mistakes is not here")
@pytest.mark.parametrize("path", sorted(MISTAKES.glob("*")), ids=lambda path: path.name)
def test_no_answer_lists_every_key_or_lacks_a_remedy(path: Path) -> None:
    try:
        plan_workflow(path.read_bytes(), filename=path.name)
    except SpecError as error:
        for problem in error.problems:
            assert problem.hint
            assert len(problem.hint) < 200
