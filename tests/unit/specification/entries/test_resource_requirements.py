"""Entries of `resource_requirements`: their keys, and how mistakes are reported."""

from __future__ import annotations

import pytest

from tests.unit.specification.specs import assert_mistake, in_list


def requirement(content: str) -> str:
    """Return a spec with one resource requirement."""
    return in_list("resource_requirements", f"name: r, {content}")


MISTAKES = [
    (requirement("memory: 1g"), "missing_field", "/resource_requirements/0"),
    (requirement("num_cpus: 0, memory: 1g"), "out_of_range", "/resource_requirements/0/num_cpus"),
    (
        requirement("num_cpus: 1.5, memory: 1g"),
        "expected_integer",
        "/resource_requirements/0/num_cpus",
    ),
    (requirement("num_cpus: 1, memory: 2gb"), "invalid_memory", "/resource_requirements/0/memory"),
    (
        requirement("num_cpus: 1, memory: 1g, runtime: 1h"),
        "invalid_runtime",
        "/resource_requirements/0/runtime",
    ),
    (
        requirement("num_cpus: 1, memory: 1g, tags: [a@b]"),
        "invalid_tag",
        "/resource_requirements/0/tags",
    ),
    (
        in_list("resource_requirements", "name: default, num_cpus: 1, memory: 1g"),
        "reserved_name",
        "/resource_requirements/0/name",
    ),
]


@pytest.mark.parametrize(("text", "code", "pointer"), MISTAKES)
def test_a_mistake_in_a_resource_requirement_is_reported(
    text: str, code: str, pointer: str
) -> None:
    assert_mistake(text, code, pointer)
