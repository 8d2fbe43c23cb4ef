"""What is allowed and probably not meant is noted, and what bash would refuse is an error."""

from __future__ import annotations

import pytest

from specification.compile import plan_workflow
from tests.unit.specification.specs import assert_mistake

HEAD = "name: w\njobs:\n"
SWEEP = HEAD + "  - {{name: 't_{{x}}', command: 'y {{x}}', parameters: {{x: {}}}}}\n"
AFTER = "  - {name: z, command: y, depends_on_regexes: [%s], parameters: {x: [%s]}}\n"
STEPS = HEAD + "  - {name: 's_{i}', command: 'y {i}', parameters: {i: '1:12'}}\n"
FILES = "files: [{name: f, path: f.txt}, {name: g, path: sub/../f.txt}]\n"

NOTED = [
    (SWEEP.format("1-5"), "write 1:5"),
    (SWEEP.format("1..5"), "write 1:5"),
    (SWEEP.format("'{1..5}'"), "write 1:5"),
    (SWEEP.format("'1,2,3'"), "write [1,2,3]"),
    (SWEEP.format("'adam,sgd'"), "write [adam,sgd]"),
    (SWEEP.format("'range(1,5)'"), "write 1:4"),
    (SWEEP.format("'range(5)'"), "write 0:4"),
    (SWEEP.format("'[1:5]'"), "write 1:5"),
    (SWEEP.format("'@list.txt'"), "no file of values is read"),
    (SWEEP.format("[a, b, a]"), "'x' has a value twice"),
    (SWEEP.format("'[001,002]'"), "001 is the number 1"),
    (SWEEP.format("'007'"), "007 is the number 7"),
    (SWEEP.format("'001:010'"), "001 is the number 1"),
    (SWEEP.format("[3.9, 3.10, 3.11]"), "3.10 is the number 3.1"),
    (SWEEP.format("[0.1]") + AFTER % ("'t_{x}$'", "0.1"), "write {x:re}"),
    (STEPS + "  - {name: z, command: y, depends_on_regexes: [s_1]}\n", "also matches 's_10'"),
    (
        "name: w\nparameters: {p: '1:2'}\njobs:\n  - {name: a, command: 'echo {p}'}\n"
        "  - {name: 'b{p}', command: x, use_parameters: [p]}\n",
        "add use_parameters: [p]",
    ),
    ("name: w\nparameters: {p: '1:2'}\njobs:\n  - {name: a, command: x}\n", "used by no entry"),
    (
        HEAD + "  - {name: 'a{i}', command: x, parameters: {i: '1:2', lr: [1, 2]}}\n",
        "'lr' is used in none of its texts",
    ),
    (
        HEAD + "  - {name: a, command: 'x > ${files.output.f}'}\n"
        "  - {name: b, command: 'x > ${files.output.g}'}\n" + FILES,
        "'a' and 'b' both write f.txt",
    ),
    (HEAD + "  - {name: a, command: 'x ${files.input.f}'}\n" + FILES, "have the same path f.txt"),
    (HEAD + "  - name: a\n    command: x # ${files.input.f}\n", "for a comment"),
    (HEAD + "  - name: a\n    command:\n      cd /x\n      run\n", "joins the lines"),
    (
        HEAD + "  - {name: a, command: x, resource_requirements: r}\nresource_requirements:\n"
        "  - {name: r, num_cpus: 1, memory: 1g, num_nodes: 4}\n",
        "asks for 4 nodes; each job runs on one",
    ),
    (HEAD + "  - {name: a, command: 'echo ${x.y}'}\n", "bash cannot expand ${x.y}"),
]
QUIET = [
    SWEEP.format("2024-01-15"),
    SWEEP.format("2024-01"),
    SWEEP.format("[0.05, 0.10, 1.0]"),
    SWEEP.format("'1:5'"),
    SWEEP.format("http://x:80/y"),
    SWEEP.format("['3.1', '3.10']"),
    SWEEP.format("'0.1'") + AFTER % ("'t_{x:re}$'", "0.1"),
    SWEEP.format("[a]") + AFTER % ("'t_{x}$'", "a"),
    STEPS + "  - {name: z, command: y, depends_on_regexes: ['s_1$', 's_1.*', s_]}\n",
    HEAD + "  - name: a\n    command: |\n      cd /x # ${x}\n      run\n",
    HEAD + "  - name: a\n    command: x # a comment\n",
    HEAD + "  - {name: 'a{i}{k}', command: x, parameters: {i: [1, 2, 1], k: [1, 2, 3]}, "
    "parameter_mode: zip, env: {K: '{k}'}}\n",
]


@pytest.mark.parametrize(("text", "part"), NOTED, ids=[part for _, part in NOTED])
def test_what_is_probably_not_meant_is_noted(text: str, part: str) -> None:
    notes = plan_workflow(text).warnings
    assert [note for note in notes if part in note], notes


@pytest.mark.parametrize("text", QUIET)
def test_what_is_meant_is_not_noted(text: str) -> None:
    assert plan_workflow(text).warnings == ()


@pytest.mark.parametrize(
    "token",
    [
        "${userdata.input.x}",
        "${file.input.x}",
        "${ user_data.input.x }",
        "${User_Data.input.x}",
        "${user-data.input.x}",
    ],
)
def test_a_token_that_is_nearly_right_is_an_error(token: str) -> None:
    text = f"{HEAD}  - {{name: a, command: 'echo {token}'}}\n"
    assert_mistake(text, "invalid_token", "/jobs/0/command")


@pytest.mark.parametrize("values", ["'[3.1,3.10]'", "[3.1, 3.10]", "'[1,01]'", "[1e3, 1000.0]"])
def test_values_that_print_alike_are_an_error(values: str) -> None:
    assert_mistake(SWEEP.format(values), "values_alike", "/jobs/0/parameters/x")
