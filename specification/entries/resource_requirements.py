"""Resource requirements: the keys of an entry of `resource_requirements`."""

from __future__ import annotations

import re
from typing import Any

from specification.entries.fields import (
    Reader,
    integer,
    read_keys,
    text_checked_by,
    text_parsed_by,
    texts,
)
from specification.formats.problem_log import ProblemLog
from specification.limits import CPUS, GPUS, MAX_TAGS, NODES
from specification.names import check_name
from specification.plan import RequirementPlan
from specification.problems import SpecPath, path_text
from specification.texts.sizes_and_durations import (
    memory_hint,
    parse_memory,
    parse_runtime,
    runtime_hint,
)

DEFAULT_RUNTIME = "PT1H"
RESERVED_NAME = "default"
TAG = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")


def read_tags(log: ProblemLog, path: SpecPath, value: Any) -> tuple[str, ...]:
    """Return the tags that a node must offer."""
    tags = tuple(dict.fromkeys(texts(log, path, value)))
    for tag in tags:
        if tag and not TAG.fullmatch(tag):
            detail = f"{path_text(path)}: '{tag[:60]}' cannot be a tag."
            log.add("invalid_tag", detail, path, hint="Use letters, digits, '_', '-' and '.'.")
    if len(tags) > MAX_TAGS:
        detail = f"{path_text(path)} has {len(tags)} tags; {MAX_TAGS} are allowed."
        limit, actual = MAX_TAGS, len(tags)
        log.add("too_many_tags", detail, path, hint="Use fewer.", limit=limit, actual=actual)
    return tags


REQUIREMENT_KEYS: dict[str, Reader] = {
    "name": text_checked_by(check_name),
    "num_cpus": integer(CPUS),
    "memory": text_parsed_by(parse_memory, memory_hint),
    "num_gpus": integer(GPUS),
    "num_nodes": integer(NODES),
    "runtime": text_parsed_by(parse_runtime, runtime_hint),
    "tags": read_tags,
}


def read_raw_requirement(log: ProblemLog, path: SpecPath, node: Any) -> dict[str, Any]:
    """Return the values of the keys of a resource requirement."""
    required = ("name", "num_cpus", "memory")
    values = read_keys(log, path, node, REQUIREMENT_KEYS, frozenset(), required)
    if values.get("name") == RESERVED_NAME:
        detail = f"{path_text(path)}: every workflow has its own requirement '{RESERVED_NAME}'."
        hint = "Choose another name; jobs that name no requirement use the default."
        log.add("reserved_name", detail, (*path, "name"), hint=hint)
    return values


def make_requirement(values: dict[str, Any]) -> RequirementPlan:
    """Return the requirement of keys that were read without a problem."""
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
