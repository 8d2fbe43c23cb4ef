"""Resource requirements and failure handlers."""

from __future__ import annotations

import re
from typing import Any

from specification.entries.fields import (
    Reader,
    boolean,
    checked,
    each,
    integer,
    parsed,
    read_keys,
    texts,
)
from specification.formats.documents import ProblemLog
from specification.limits import CPUS, EXIT_CODES, GPUS, MAX_EXIT_CODES, MAX_TAGS, NODES, RETRIES
from specification.names import check_name
from specification.plan import FailureHandlerPlan, RequirementPlan
from specification.problems import Path, place_of
from specification.texts.sizes_and_durations import parse_memory, parse_runtime

DEFAULT_RUNTIME = "PT1H"
RESERVED = "default"
TAG = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")


def read_tags(log: ProblemLog, path: Path, value: Any) -> tuple[str, ...]:
    """Read the tags that a node must offer."""
    tags = tuple(dict.fromkeys(texts(log, path, value)))
    for tag in tags:
        if tag and not TAG.fullmatch(tag):
            detail = f"{place_of(path)}: '{tag[:60]}' cannot be a tag."
            log.add("invalid_tag", detail, path, hint="Use letters, digits, '_', '-' and '.'.")
    if len(tags) > MAX_TAGS:
        detail = f"{place_of(path)} has {len(tags)} tags; {MAX_TAGS} are allowed."
        limit, actual = MAX_TAGS, len(tags)
        log.add("too_many_tags", detail, path, hint="Use fewer.", limit=limit, actual=actual)
    return tags


REQUIREMENT_KEYS: dict[str, Reader] = {
    "name": checked(check_name),
    "num_cpus": integer(CPUS),
    "memory": parsed(parse_memory),
    "num_gpus": integer(GPUS),
    "num_nodes": integer(NODES),
    "runtime": parsed(parse_runtime),
    "tags": read_tags,
}
HANDLER_KEYS: dict[str, Reader] = {
    "name": checked(check_name),
    "rules": lambda log, path, value: each(log, path, value, read_rule),
}


def read_raw_requirement(log: ProblemLog, path: Path, node: Any) -> dict[str, Any]:
    """Read the keys of a resource requirement."""
    required = ("name", "num_cpus", "memory")
    values = read_keys(log, path, node, REQUIREMENT_KEYS, frozenset(), required)
    if values.get("name") == RESERVED:
        detail = f"{place_of(path)}: every workflow has its own requirement '{RESERVED}'."
        hint = "Choose another name; jobs without a requirement use that one."
        log.add("reserved_name", detail, (*path, "name"), hint=hint)
    return values


def make_requirement(values: dict[str, Any]) -> RequirementPlan:
    """Make a requirement of keys that were read without a problem."""
    runtime = values.get("runtime", DEFAULT_RUNTIME)
    return RequirementPlan(
        name=values["name"],
        num_cpus=values["num_cpus"],
        num_gpus=values.get("num_gpus", 0),
        num_nodes=values.get("num_nodes", 1),
        memory=values["memory"],
        memory_bytes=parse_memory(values["memory"]),
        runtime=runtime,
        runtime_seconds=parse_runtime(runtime),
        tags=values.get("tags", ()),
        is_runtime_written="runtime" in values,
    )


def read_exit_codes(log: ProblemLog, path: Path, value: Any) -> list[int]:
    """Read the exit codes of a rule."""
    codes = each(log, path, value, integer(EXIT_CODES))
    if len(codes) > MAX_EXIT_CODES:
        detail = f"{place_of(path)} has {len(codes)} exit codes; {MAX_EXIT_CODES} are allowed."
        hint = "Use match_all_exit_codes."
        limit = MAX_EXIT_CODES
        log.add("out_of_range", detail, path, hint=hint, limit=limit, actual=len(codes))
    return codes


RULE_KEYS: dict[str, Reader] = {
    "exit_codes": read_exit_codes,
    "match_all_exit_codes": boolean,
    "max_retries": integer(RETRIES),
}
RULE_DEFAULTS = {"exit_codes": [], "match_all_exit_codes": False, "max_retries": 3}


def read_rule(log: ProblemLog, path: Path, node: Any) -> dict[str, Any]:
    """Read one rule of a failure handler."""
    values = read_keys(log, path, node, RULE_KEYS, frozenset({"recovery_script"}))
    rule = RULE_DEFAULTS | values
    if not rule["exit_codes"] and not rule["match_all_exit_codes"]:
        log.warn(f"{place_of(path)} has no exit codes and never applies.")
    return rule


def read_raw_handler(log: ProblemLog, path: Path, node: Any) -> dict[str, Any]:
    """Read the keys of a failure handler."""
    return read_keys(log, path, node, HANDLER_KEYS, frozenset(), ("name", "rules"))


def make_handler(values: dict[str, Any]) -> FailureHandlerPlan:
    """Make a failure handler of keys that were read without a problem."""
    return FailureHandlerPlan(values["name"], values["rules"])
