"""Size, encoding and format of an uploaded spec."""

from __future__ import annotations

import pytest

from specification.compile import plan_workflow
from tests.unit.specification.specs import assert_refused, code_of


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("", "empty_spec", 1),
        ("# nothing\n", "empty_spec", 1),
        ("null\n", "empty_spec", 1),
        ("- name: a\n", "expected_mapping", 1),
    ],
)
def test_a_spec_that_is_empty_or_no_mapping_is_refused(text: str, code: str, line: int) -> None:
    assert_refused(text, code, line)


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
