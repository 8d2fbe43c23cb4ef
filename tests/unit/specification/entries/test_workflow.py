"""The top level of a spec: its keys, and how mistakes are reported."""

from __future__ import annotations

import pytest

from tests.unit.specification.specs import HEAD, JOB, assert_mistake

MISTAKES = [
    (JOB, "missing_field", ""),
    (HEAD, "missing_field", ""),
    ("name: w\njobs: null\n", "missing_field", ""),
    ("name: w\njobs: {}\n", "expected_list", "/jobs"),
    ("name: ''\n" + JOB, "name_empty", "/name"),
    ("name: [a]\n" + JOB, "expected_string", "/name"),
    (HEAD + "jbos: []\n" + JOB, "unknown_field", "/jbos"),
    (HEAD + "actions: []\n" + JOB, "unsupported_key", "/actions"),
    (HEAD + "enable_ro_crate: true\n" + JOB, "unsupported_key", "/enable_ro_crate"),
    (HEAD + "metadata: text\n" + JOB, "expected_mapping", "/metadata"),
    (HEAD + "metadata: {a: .nan}\n" + JOB, "number_not_finite", "/metadata/a"),
    (HEAD + "description: 1\n" + JOB, "expected_string", "/description"),
    (HEAD + f"description: {'x' * 100_001}\n" + JOB, "text_too_long", "/description"),
    (HEAD + "use_pending_failed: 1\n" + JOB, "expected_boolean", "/use_pending_failed"),
    (HEAD + "jobs_sort_method: gpu\n" + JOB, "invalid_choice", "/jobs_sort_method"),
    (
        HEAD + "compute_node_wait_for_new_jobs_seconds: -1\n" + JOB,
        "out_of_range",
        "/compute_node_wait_for_new_jobs_seconds",
    ),
]


@pytest.mark.parametrize(("text", "code", "pointer"), MISTAKES)
def test_a_mistake_in_a_workflow_is_reported(text: str, code: str, pointer: str) -> None:
    assert_mistake(text, code, pointer)
