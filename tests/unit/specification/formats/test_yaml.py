"""YAML: what is read, and what is refused at which line."""

from __future__ import annotations

import pytest

from specification.compile import plan_workflow
from tests.unit.specification.specs import JOB, assert_refused, code_of

BOMB = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"a{i}: &a{i} [{','.join([f'*a{i - 1}'] * 10)}]\n" for i in range(1, 9)
)


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("name: w\n\tjobs: []\n", "yaml_syntax", 2),
        ("name: [w\n", "yaml_syntax", 2),
        ("name: w\njobs: *x\n", "yaml_syntax", 2),
        ("name: w\nname: v\n", "yaml_duplicate_key", 2),
        ("name: w\n<<: {a: 1}\n", "yaml_merge_not_allowed", 2),
        ("name: w\n---\nname: v\n", "yaml_multiple_documents", 2),
        ("name: !!python/name:os.system ''\n", "yaml_tag_not_allowed", 1),
        ("name: !mine x\n", "yaml_tag_not_allowed", 1),
        ("name: !!int x\n", "yaml_tag_not_allowed", 1),
        ("name: w\njobs: &a\n  - *a\n", "yaml_recursive_alias", 3),
        ("name: w\njobs: " + "[" * 65 + "]" * 65, "yaml_too_deep", 2),
        ("name: w\n1: x\n", "expected_string", 2),
        ("name: w\n? [a]\n: x\n", "expected_string", 2),
        ("name: w\njobs: " + "9" * 5000, "number_out_of_range", 2),
        ("name: w\x00\n", "nul_character", 1),
        ("name: w\n# \x07\n", "control_character", 2),
        (BOMB, "yaml_too_many_nodes", 6),
        ("a: &a x\nb: [" + "*a," * 1001 + "]\n", "yaml_too_many_aliases", 2),
    ],
)
def test_yaml_that_cannot_be_read_is_refused_at_its_line(text: str, code: str, line: int) -> None:
    assert_refused(text, code, line)


def test_depth_counts_through_aliases() -> None:
    text = "a: &a " + "[" * 40 + "]" * 40 + "\nb: " + "[" * 40 + "*a" + "]" * 40
    assert code_of(text) == "yaml_too_deep"


def test_core_tags_and_aliases_are_understood() -> None:
    text = f"name: !!str 5\nenv: &e {{A: x}}\nmetadata: *e\n{JOB}"
    workflow = plan_workflow(text)
    assert workflow.name == "5"
    assert workflow.metadata == workflow.env == {"A": "x"}


def test_deep_nesting_is_refused_without_recursion() -> None:
    assert code_of("jobs: " + "[" * 1_000_000) == "yaml_too_deep"
