"""Environment variables of a workflow or job."""

from __future__ import annotations

import re
from typing import Any

from specification.entries.fields import text, wrong_kind
from specification.formats.documents import MapNode, ProblemLog
from specification.limits import MAX_ENV_BYTES, MAX_ENV_NAMES, MAX_ENV_VALUE_BYTES
from specification.problems import Path, place_of

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
RESERVED = "TORC_"


def read_env(log: ProblemLog, path: Path, value: Any) -> dict[str, str]:
    """Read a mapping of variable names to texts; whole numbers are taken as they are written."""
    if type(value) is not MapNode:
        wrong_kind(log, path, "expected_mapping", "a mapping", value)
        return {}
    if len(value) > MAX_ENV_NAMES:
        detail = f"{place_of(path)} has {len(value)} variables; {MAX_ENV_NAMES} are allowed."
        limit = MAX_ENV_NAMES
        log.add("env_too_many", detail, path, hint="Keep them in a file.", limit=limit)
    found = {}
    for name, item in value.items():
        check_variable_name(log, (*path, name))
        is_number = type(item) is int
        found[name] = str(item) if is_number else text(log, (*path, name), item)
        check_size(log, (*path, name), found[name], MAX_ENV_VALUE_BYTES)
    check_size(log, path, "".join((*found, *found.values())), MAX_ENV_BYTES)
    return found


def check_variable_name(log: ProblemLog, path: Path) -> None:
    """Note a name that the shell or Torc itself would trip over."""
    name = str(path[-1])
    if not NAME.fullmatch(name):
        detail = f"{place_of(path[:-1])}: '{name[:60]}' cannot be the name of a variable."
        hint = "Use letters, digits and _, and begin with a letter."
        log.add("env_name_invalid", detail, path, hint=hint, key=True)
    elif name.startswith(RESERVED):
        detail = f"{place_of(path[:-1])}: names that begin with TORC_ are Torc's own."
        log.add("env_name_reserved", detail, path, hint="Choose another name.", key=True)


def check_size(log: ProblemLog, path: Path, content: str, limit: int) -> None:
    """Note a content that is too long."""
    size = len(content.encode(errors="replace"))
    if size > limit:
        detail = f"{place_of(path)} has {size:,} bytes; {limit:,} are allowed."
        hint = "Keep long values in a file."
        log.add("env_too_long", detail, path, hint=hint, limit=limit, actual=size)
