"""From bytes to marked values: YAML 1.2, strict JSON, and what is refused."""

from __future__ import annotations

import pytest

from specification.compile import plan_workflow
from specification.formats.read import read_document
from specification.formats.yaml_scalars import resolve_plain
from tests.unit.specification.specs import code_of, problems

JOB = "jobs: [{name: a, command: x}]\n"
BOMB = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"a{i}: &a{i} [{','.join([f'*a{i - 1}'] * 10)}]\n" for i in range(1, 9)
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1:10", "1:10"),
        ("1:10:2", "1:10:2"),
        ("no", "no"),
        ("off", "off"),
        ("2024-01-01", "2024-01-01"),
        ("1_000", "1_000"),
        ("010", 10),
        ("-7", -7),
        ("0x1F", 31),
        ("0o17", 15),
        ("1e-4", 0.0001),
        (".5", 0.5),
        ("true", True),
        ("null", None),
        ("~", None),
        ("", None),
        ("0b1", "0b1"),
        ("1.2.3", "1.2.3"),
        ("-", "-"),
    ],
)
def test_plain_scalars_follow_yaml_1_2(text: str, value: object) -> None:
    found = resolve_plain(text)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("", "empty_spec", 1),
        ("# nothing\n", "empty_spec", 1),
        ("null\n", "empty_spec", 1),
        ("- name: a\n", "expected_mapping", 1),
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
        ('{"name": "w", "name": "v"}', "duplicate_key", 1),
        ('{"name": "w",\n "jobs": [],}', "json_syntax", 2),
        ('{"name": NaN}', "number_not_finite", 1),
        ('{"name": 1e999}', "number_not_finite", 1),
        ('{"name": "a\nb"}', "json_syntax", 1),
        ('{"name": tru}', "json_syntax", 1),
        ('{"name": 01}', "json_syntax", 1),
        ('{"name": "w"} x', "json_syntax", 1),
        ('{"a":' * 65 + "1" + "}" * 65, "json_too_deep", 1),
    ],
)
def test_a_text_that_cannot_be_read_is_refused_at_its_line(text: str, code: str, line: int) -> None:
    (problem,) = problems(text)
    assert (problem.code, problem.line) == (code, line)
    assert problem.column is not None
    assert problem.detail.endswith(".") or "?" in problem.detail


def test_deep_nesting_is_refused_without_recursion() -> None:
    assert code_of("jobs: " + "[" * 1_000_000) == "yaml_too_deep"
    assert code_of('{"a":' * 500_000) == "json_too_deep"


def test_depth_counts_through_aliases() -> None:
    text = "a: &a " + "[" * 40 + "]" * 40 + "\nb: " + "[" * 40 + "*a" + "]" * 40
    assert code_of(text) == "yaml_too_deep"


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("name: w\njobs: []\n".encode("utf-16"), "not_utf8"),
        (b"name: \xc3\x28\n", "not_utf8"),
        (b"#" * (5 * 1024 * 1024 + 1), "payload_too_large"),
    ],
)
def test_bytes_must_be_utf8_and_not_too_many(raw: bytes, code: str) -> None:
    assert code_of(raw) == code


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm() -> None:
    raw = b"\xef\xbb\xbfname: w\r\njobs:\r\n  - name: a\r\n    command: echo hi\r\n"
    assert plan_workflow(raw).jobs[0].command == "echo hi"


def test_core_tags_and_aliases_are_understood() -> None:
    text = f"name: !!str 5\nenv: &e {{A: x}}\nmetadata: *e\n{JOB}"
    found = plan_workflow(text)
    assert found.name == "5"
    assert found.metadata == found.env == {"A": "x"}


@pytest.mark.parametrize("name", ["w.kdl", "w.JSON5"])
def test_formats_of_other_torcs_are_refused_by_name(name: str) -> None:
    assert code_of("name: w", filename=name) == "unsupported_spec_format"
    assert code_of("name: w", format="kdl") == "unsupported_spec_format"


def test_the_format_follows_from_the_argument_then_the_file_then_the_text() -> None:
    flow = "{name: w, jobs: []}"
    assert plan_workflow(flow).name == "w"
    assert plan_workflow('{"name": "w", "jobs": []}').name == "w"
    assert code_of(flow, filename="w.json") == "json_syntax"
    assert code_of('{"name": "w", "jobs": [],}', filename="w.yaml", format="json") == "json_syntax"
    assert plan_workflow('{"name": "w", "jobs": [],}', filename="w.yaml").name == "w"


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("name: w\njobs:\n  - name: a\n    command:\n      x\n", (5, 7)),
        ('{"name": "w",\n "jobs": [\n  {"name": "a", "command": "x"}]}', (3, 28)),
    ],
)
def test_values_are_found_again_by_their_path(text: str, place: tuple[int, int]) -> None:
    document = read_document(text)
    assert document.locate(("jobs", 0, "command")) == place
    assert document.locate(("jobs", 0, "command", "deeper")) == place
