"""The entries of a spec as they were written, checked one by one, not yet repeated."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from specification.entries.environment import read_env
from specification.entries.fields import (
    Reader,
    boolean,
    choice,
    integer,
    note,
    read_keys,
    references,
    text,
    texts,
)
from specification.entries.parameters_of_entries import (
    Parameters,
    read_axes,
    read_parameters,
    read_used,
)
from specification.formats.documents import ProblemLog
from specification.json_values import check_json_value, dump_json
from specification.limits import MAX_PATTERNS_PER_JOB, PRIORITY
from specification.names import check_command, check_name, check_path, normal
from specification.problems import Path, SpecError, path_of, place_of
from specification.texts.parameter_values import Axes
from specification.texts.placeholders import unknown_placeholder
from specification.texts.tokens import tokens_in

REPEATED: dict[str, Reader] = {
    "parameters": read_parameters,
    "parameter_mode": choice("product", "zip"),
    "use_parameters": read_used,
}
NAME_LISTS = (
    "depends_on",
    "input_files",
    "output_files",
    "input_user_data",
    "output_user_data",
)
PATTERN_LISTS = (
    "depends_on_regexes",
    "input_file_regexes",
    "output_file_regexes",
    "input_user_data_regexes",
    "output_user_data_regexes",
)
JOB_KEYS: dict[str, Reader] = {
    "name": text,
    "command": text,
    "cancel_on_blocking_job_failure": boolean,
    "supports_termination": boolean,
    "resource_requirements": text,
    "failure_handler": text,
    **dict.fromkeys(NAME_LISTS, references),
    **dict.fromkeys(PATTERN_LISTS, texts),
    "priority": integer(PRIORITY),
    "env": read_env,
    **REPEATED,
}
JOB_KEYS_LATER = frozenset({"invocation_script", "scheduler", "schedule_compute_nodes", "stdio"})
FILE_KEYS: dict[str, Reader] = {"name": text, "path": text, **REPEATED}
NO_LISTS: dict[str, tuple[str, ...]] = {}
NO_ENV: dict[str, str] = {}


@dataclass(slots=True)
class JobEntry:
    """One entry of `jobs`; texts may hold placeholders."""

    path: Path
    name: str
    command: str
    axes: Axes | None = None
    resource_requirements: str | None = None
    failure_handler: str | None = None
    priority: int = 0
    cancel_on_blocking_job_failure: bool = True
    supports_termination: bool = False
    env: dict[str, str] = field(default_factory=lambda: NO_ENV)
    lists: dict[str, tuple[str, ...]] = field(default_factory=lambda: NO_LISTS)


@dataclass(slots=True)
class FileEntry:
    """One entry of `files`."""

    path: Path
    name: str
    file_path: str
    axes: Axes | None = None


@dataclass(slots=True)
class UserDataEntry:
    """One entry of `user_data`; its data is JSON text."""

    path: Path
    name: str
    data_text: str
    is_ephemeral: bool
    axes: Axes | None = None


def read_raw_job(log: ProblemLog, path: Path, node: Any) -> dict[str, Any]:
    """Read the keys of a job."""
    return read_keys(log, path, node, JOB_KEYS, JOB_KEYS_LATER, ("name", "command"))


def read_raw_file(log: ProblemLog, path: Path, node: Any) -> dict[str, Any]:
    """Read the keys of a file."""
    return read_keys(log, path, node, FILE_KEYS, frozenset({"st_mtime"}), ("name", "path"))


def read_raw_user_data(log: ProblemLog, path: Path, node: Any) -> dict[str, Any]:
    """Read the keys of a user_data."""
    return read_keys(log, path, node, USER_DATA_KEYS, frozenset(), ("name",))


def read_data(log: ProblemLog, path: Path, value: Any) -> str:
    """Read any JSON value and return it as text."""
    problem = check_json_value(value, path)
    if problem:
        at = path_of(problem.pointer or "")
        note(log, at, problem, place_of(at[:12]))
        return "null"
    return dump_json(value)


USER_DATA_KEYS: dict[str, Reader] = {
    "name": text,
    "data": read_data,
    "is_ephemeral": boolean,
    **REPEATED,
}


def make_job(log: ProblemLog, path: Path, values: dict[str, Any], shared: Parameters) -> JobEntry:
    """Make the entry of a job whose keys were read."""
    is_repeated = not REPEATED.keys().isdisjoint(values)
    axes = read_axes(log, path, values, shared) if is_repeated else None
    name, command = values.pop("name", "x"), values.pop("command", "x")
    lists = {key: values.pop(key) for key in LISTS & values.keys()} or NO_LISTS
    entry = JobEntry(path, normal(name), command, axes, lists=lists, **values)
    check_patterns(log, entry)
    if axes is None:
        check_whole(log, (*path, "name"), name, check_name)
        check_whole(log, (*path, "command"), command, check_command)
    check_placeholders(log, entry)
    check_tokens(log, entry)
    return entry


LISTS = frozenset((*NAME_LISTS, *PATTERN_LISTS))


def make_file(log: ProblemLog, path: Path, values: dict[str, Any], shared: Parameters) -> FileEntry:
    """Make the entry of a file whose keys were read."""
    axes = read_axes(log, path, values, shared)
    name, file_path = normal(values.get("name", "x")), values.get("path", "x")
    if axes is None:
        check_whole(log, (*path, "name"), name, check_name)
        check_whole(log, (*path, "path"), file_path, check_path)
    return FileEntry(path, name, file_path, axes)


def make_user_data(
    log: ProblemLog, path: Path, values: dict[str, Any], shared: Parameters
) -> UserDataEntry:
    """Make the entry of a user_data whose keys were read."""
    axes = read_axes(log, path, values, shared)
    name = normal(values.get("name", "x"))
    if axes is None:
        check_whole(log, (*path, "name"), name, check_name)
    data_text, is_ephemeral = values.get("data", "null"), values.get("is_ephemeral", False)
    return UserDataEntry(path, name, data_text, is_ephemeral, axes)


def check_whole(log: ProblemLog, path: Path, content: str, check: Any) -> None:
    """Note what a check finds in a text without placeholders; NULs were noted before."""
    problem = check(content)
    if problem and problem.code not in ("nul_character", "lone_surrogate"):
        note(log, path, problem)


def check_patterns(log: ProblemLog, entry: JobEntry) -> None:
    """Note a job with too many regular expressions."""
    if not entry.lists:
        return
    count = sum(len(entry.lists.get(key, ())) for key in PATTERN_LISTS)
    if count > MAX_PATTERNS_PER_JOB:
        detail = f"{place_of(entry.path)} has {count} regular expressions."
        hint = f"Use at most {MAX_PATTERNS_PER_JOB}, or list the names."
        limit = MAX_PATTERNS_PER_JOB
        log.add("too_many_regexes", detail, entry.path, hint=hint, limit=limit, actual=count)


def check_placeholders(log: ProblemLog, entry: JobEntry) -> None:
    """Warn of a name that keeps something like a placeholder."""
    if "{" in entry.name:
        names = tuple(entry.axes.values) if entry.axes else ()
        found = unknown_placeholder(entry.name, names)
        if found:
            log.warn(f"{place_of(entry.path)}: {found} in its name is no parameter and stays.")


def check_tokens(log: ProblemLog, entry: JobEntry) -> None:
    """Note malformed tokens of a command, once for all repetitions."""
    if "${" in entry.command:
        try:
            tokens_in(entry.command)
        except SpecError as error:
            note(log, (*entry.path, "command"), error.problems[0], f"Job '{entry.name}'")
