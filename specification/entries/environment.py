"""Environment variables of a workflow or job: the rules for them, and their reader."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from specification.entries.fields import add_problem, add_wrong_type, text
from specification.formats.document import MapNode
from specification.formats.problem_log import ProblemLog
from specification.limits import MAX_ENV_BYTES, MAX_ENV_NAMES, MAX_ENV_VALUE_BYTES
from specification.problems import Problem, SpecPath, path_text

VARIABLE_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
JOB_VARIABLES = frozenset(
    {
        *("TORC_WORKFLOW_ID", "TORC_JOB_ID", "TORC_JOB_NAME", "TORC_RUN_ID", "TORC_ATTEMPT_ID"),
        *("TORC_NUM_CPUS", "TORC_MEMORY_BYTES", "TORC_NUM_GPUS", "TORC_RUNTIME_SECONDS"),
        *("TORC_RETRIES_LEFT", "TORC_WORKFLOW_SUBMISSION_DIR", "TORC_OUTPUT_DIR"),
        *("TORC_API_URL", "TORC_TOKEN", "TORC_RECORD"),
    }
)
"""What the worker sets for every job, so that a spec cannot."""


def check_variable_name(name: str) -> Problem | None:
    """Return why this text cannot be the name of an environment variable, None if it can."""
    if not VARIABLE_NAME.fullmatch(name):
        detail = f"'{name[:60]}' cannot be the name of a variable."
        hint = "Use letters, digits and _, and do not begin with a digit."
        return Problem("env_name_invalid", detail, hint=hint)
    if name in JOB_VARIABLES:
        detail = f"'{name}' is a variable that Torc itself sets for every job."
        return Problem("env_name_reserved", detail, hint="Choose another name.")
    return None


def check_variable_value(value: str) -> Problem | None:
    """Return why this text cannot be the value of an environment variable, None if it can."""
    return check_size("The value has", n_bytes(value), MAX_ENV_VALUE_BYTES)


def check_environment(env: Mapping[str, str]) -> Problem | None:
    """Return why an environment is too large as a whole, None if it is not."""
    if len(env) > MAX_ENV_NAMES:
        detail = f"There are {len(env)} variables; {MAX_ENV_NAMES} are allowed."
        hint, limit = "Keep them in a file.", MAX_ENV_NAMES
        return Problem("env_too_many", detail, hint=hint, limit=limit, actual=len(env))
    size = sum(n_bytes(name) + n_bytes(value) for name, value in env.items())
    return check_size("All variables together have", size, MAX_ENV_BYTES)


def check_size(subject: str, size: int, limit: int) -> Problem | None:
    """Return the problem that something has more bytes than allowed, None if it has not."""
    if size <= limit:
        return None
    detail = f"{subject} {size:,} bytes; {limit:,} are allowed."
    hint = "Keep long values in a file."
    return Problem("env_too_long", detail, hint=hint, limit=limit, actual=size)


def n_bytes(content: str) -> int:
    """Return the length of a text in UTF-8; half of a surrogate pair is reported elsewhere."""
    return len(content) if content.isascii() else len(content.encode(errors="replace"))


def read_env(log: ProblemLog, path: SpecPath, value: Any) -> dict[str, str]:
    """Return a mapping of variable names to texts; whole numbers become their digits."""
    if type(value) is not MapNode:
        add_wrong_type(log, path, "expected_mapping", "a mapping", value)
        return {}
    env = {
        name: str(item) if type(item) is int else text(log, (*path, name), item)
        for name, item in value.items()
    }
    for name, content in env.items():
        if problem := check_variable_name(name):
            add_problem(log, (*path, name), problem, path_text(path), key=True)
        if problem := check_variable_value(content):
            add_problem(log, (*path, name), problem)
    if problem := check_environment(env):
        add_problem(log, path, problem)
    return env
