"""docs/spec.md documents every key and every code, and its examples are specs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from specification import limits
from specification.compile import plan_workflow
from specification.entries.failure_handlers import HANDLER_KEYS, RULE_KEYS
from specification.entries.files import FILE_KEYS
from specification.entries.jobs import JOB_KEYS
from specification.entries.resource_requirements import REQUIREMENT_KEYS
from specification.entries.user_data import USER_DATA_KEYS
from specification.entries.workflow import WORKFLOW_KEYS
from specification.formats.costs import LIMITS

ROOT = Path(__file__).resolve().parents[3]
TEXT = (ROOT / "docs" / "spec.md").read_text()
EXAMPLES = re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)
SOURCES = sorted((ROOT / "specification").rglob("*.py"))
CODES = re.compile(
    r"""(?:add|fail|Problem|refuse|refuse_encoding)\(\s*"([a-z0-9_]+)"  # given at once
    |\bcode(?:,[ ]\w+)*[ ]=[ ]"([a-z0-9_]+)"                            # or named first
    |"(expected_[a-z_]+)"
    """,
    re.VERBOSE,
)
DERIVED = {
    *(f"unknown_{kind}" for kind in ("job", "file", "user_data")),
    *(f"unknown_{kind}" for kind in ("resource_requirements", "failure_handler")),
    *(f"duplicate_{kind}_name" for kind in ("job", "file", "user_data")),
    *(f"duplicate_{kind}_name" for kind in ("resource_requirements", "failure_handler")),
    *(code for _, code, _, _ in LIMITS.values()),
    *(f"too_many_{section}" for section in ("jobs", "files", "user_data")),
}


def codes() -> set[str]:
    """Return the codes of all problems that a spec can have."""
    written = {
        code for path in SOURCES for groups in CODES.findall(path.read_text()) for code in groups
    }
    return (written | DERIVED) - {""}


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda text: text.split("\n")[0])
def test_an_example_is_a_spec_without_a_warning(example: str) -> None:
    assert plan_workflow(example).warnings == ()


def test_the_examples_give_what_the_text_says() -> None:
    plans = {plan.name: plan for plan in map(plan_workflow, EXAMPLES)}
    assert (len(plans["diamond"].jobs), plans["diamond"].n_edges) == (4, 4)
    assert plans["all_to_all"].n_edges == 1_000_000
    assert plans["config_pipeline"].n_ready == 1
    assert len(plans["collecting"].jobs[-1].input_user_data) == 10
    assert (len(plans["sweep"].jobs), plans["sweep"].n_edges) == (19, 18)


def test_every_key_is_documented() -> None:
    keys = {
        key for known in (WORKFLOW_KEYS, JOB_KEYS, FILE_KEYS, USER_DATA_KEYS) for key in known
    } | {*REQUIREMENT_KEYS, *HANDLER_KEYS, *RULE_KEYS}
    assert [key for key in sorted(keys) if f"`{key}`" not in TEXT] == []


def test_every_code_is_documented_and_no_other() -> None:
    section = TEXT.split("## Errors")[1].split("## Differences")[0]
    documented = set(re.findall(r"`([a-z0-9_]+)`", section))
    assert documented == codes()


def test_the_limits_are_documented() -> None:
    for number in (
        limits.MAX_NODES, limits.MAX_JOBS, limits.MAX_FILES, limits.MAX_EXPANSIONS,
        limits.MAX_TOTAL_ROWS, limits.MAX_LINKS, limits.MAX_MATCHED_NAMES,
        limits.MAX_PARAMETER_VALUES, limits.MAX_LIST_ITEMS,
        limits.MAX_PATTERN_LENGTH, limits.MAX_COMMAND_BYTES, limits.MAX_PATH_BYTES,
        limits.MAX_DATA_KEYS, limits.MAX_ALIASES, limits.CPUS[1], limits.NODES[1],
    ):  # fmt: skip
        assert f"{number:,}" in TEXT
