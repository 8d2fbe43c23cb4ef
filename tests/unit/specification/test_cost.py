"""No spec costs more than 400 MB of memory or a few seconds of CPU time, whatever it says."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import NamedTuple

import pytest

from tests.unit.specification.specs import SHARED

MAX_MEGABYTES = 400
MAX_SECONDS = 5 * 2  # CPU time; machines that run tests are often busy
MEASURE = """
import json, resource, sys, time
from specification.compile import plan_workflow
from specification.problems import SpecError
text, start, code = sys.stdin.read(), time.process_time(), ""
try:
    plan_workflow(text)
except SpecError as error:
    code = error.problems[0].code
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
print(json.dumps([code, time.process_time() - start, peak]))
"""
HEAD = "name: w\njobs:\n"
SWEEP = 'parameters: {i: "1:100000"}'
PLANTED = "- {name: b, command: x}\n"
SPECS = {
    "long values in a command": (
        HEAD + '- {name: "j{i}", command: "' + "{v}" * 5_000 + '", '
        'parameters: {i: "1:1000", v: "[' + "x" * 60_000 + ']"}}',
        "expansion_too_large",
    ),
    "many placeholders of nothing": (
        HEAD + '- {name: "j{i}", command: "x' + "{v}" * 30_000 + '", '
        'parameters: {i: "1:100000", v: [""]}}',
        "expansion_too_large",
    ),
    "a long list with one placeholder": (
        HEAD + PLANTED + '- {name: "j{i}", command: x, depends_on: ["j{i}",'
        + "b," * 3_000 + 'b], parameters: {i: "1:90000"}}',
        "too_many_list_items",
    ),
    "one long list that all jobs share": (
        HEAD + PLANTED + '- {name: "j{i}", command: x, depends_on: ['
        + "b," * 190_000 + 'b], parameters: {i: "1:90000"}}',
        "",
    ),
    "many variables": (
        HEAD + '- {name: "j{i}", command: x, env: {'
        + ",".join(f'A{at}: "{{i}}"' for at in range(199)) + f"}}, {SWEEP}}}",
        "expansion_too_large",
    ),
    "a long range in every entry": (
        HEAD + f'- {{name: "j{{i}}", command: x, {SWEEP}}}\n' * 20_000,
        "too_many_expansions",
    ),
    "tokens that are never closed": (
        HEAD + '- {name: "j{i}", command: "{i}' + "${files." * 600_000 + '", '
        'parameters: {i: "1:9"}}',
        "invalid_token",
    ),
    "patterns that match everything": (
        HEAD + '- {name: "a_{i}", command: x, parameters: {i: "1:50000"}}\n'
        '- {name: "b_{i}", command: x, depends_on_regexes: ["^a_|{i}"], '
        'parameters: {i: "1:40000"}}',
        "regex_too_complex",
    ),
    "aliases of a long text": (
        "name: w\nmetadata:\n  a: &a '" + "ä" * 1_000_000 + "'\n  b: [" + "*a," * 900 + "]\n",
        "yaml_too_much_text",
    ),
    "parameters of its own in every entry": (
        HEAD + "".join(
            f'- {{name: "j{{p{i}}}", command: x, parameters: {{p{i}: {i}}}}}\n'
            for i in range(75_000)
        ),
        "too_many_expansions",
    ),
    "empty lists": (
        '{"name": "w", "jobs": [], "metadata": {"a": [' + "[]," * 990_000 + "[]]}}",
        "json_too_many_values",
    ),
    "names of combining marks": (
        HEAD + "- {name: '" + "a" + "\u0301\u0316" * 600_000 + "', command: x}",
        "name_too_long",
    ),
    "long names that are almost alike": (
        HEAD + f"- {{name: z, command: x, depends_on: [{'a' * 230}x{'b' * 10}]}}\n"
        + "".join(f"- {{name: {'a' * 230}{i:05d}, command: x}}\n" for i in range(5_000)),
        "unknown_job",
    ),
}  # fmt: skip
HOSTILE = SHARED / "inputs" / "hostile_specs"
FILES = {path.name: path.read_text() for path in sorted(HOSTILE.glob("*"))}


class Cost(NamedTuple):
    """What a spec was answered, and what that took in a process of its own."""

    code: str
    seconds: float
    megabytes: int


def cost_of(text: str) -> Cost:
    """Plan a spec in a new process."""
    run = [sys.executable, "-c", MEASURE]
    done = subprocess.run(run, input=text, capture_output=True, text=True, check=True)
    return Cost(*json.loads(done.stdout))


@pytest.mark.timeout(60)
@pytest.mark.parametrize("name", SPECS)
def test_a_spec_costs_little_whatever_it_says(name: str) -> None:
    text, code = SPECS[name]
    cost = cost_of(text)
    assert cost.code == code
    assert cost.megabytes < MAX_MEGABYTES
    assert cost.seconds < MAX_SECONDS


@pytest.mark.skipif(not FILES, reason="the hostile specs are not here")
@pytest.mark.timeout(60)
@pytest.mark.parametrize("name", FILES)
def test_a_hostile_spec_costs_little(name: str) -> None:
    cost = cost_of(FILES[name])
    assert cost.megabytes < MAX_MEGABYTES
    assert cost.seconds < MAX_SECONDS
