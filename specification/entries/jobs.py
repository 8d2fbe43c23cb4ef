"""Jobs: the keys of an entry of `jobs`, with parameters not yet expanded."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from specification.entries.environment import read_env
from specification.entries.fields import (
    Reader,
    add_problem,
    boolean,
    check_literal,
    integer,
    read_keys,
    references,
    text,
    texts,
)
from specification.entries.parameters import (
    PARAMETER_KEYS,
    Parameters,
    read_combinations,
)
from specification.formats.problem_log import ProblemLog
from specification.limits import MAX_PATTERNS_PER_JOB, PRIORITY
from specification.names import check_command, check_name, normalize_name
from specification.problems import SpecError, SpecPath, path_text
from specification.texts.command_tokens import dotted_variable, near_token, tokens_in
from specification.texts.parameter_values import Combinations
from specification.texts.placeholders import unknown_placeholder

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
    **PARAMETER_KEYS,
}
JOB_KEYS_LATER = frozenset({"invocation_script", "scheduler", "schedule_compute_nodes", "stdio"})
NO_LISTS: dict[str, tuple[str, ...]] = {}
NO_ENV: dict[str, str] = {}


@dataclass(slots=True)
class JobEntry:
    """One entry of `jobs`; its texts may contain placeholders."""

    path: SpecPath
    name: str
    command: str
    combinations: Combinations | None = None
    resource_requirements: str | None = None
    failure_handler: str | None = None
    priority: int = 0
    cancel_on_blocking_job_failure: bool = True
    supports_termination: bool = False
    env: dict[str, str] = field(default_factory=lambda: NO_ENV)
    lists: dict[str, tuple[str, ...]] = field(default_factory=lambda: NO_LISTS)


def read_raw_job(log: ProblemLog, path: SpecPath, node: Any) -> dict[str, Any]:
    """Return the values of the keys of a job."""
    return read_keys(log, path, node, JOB_KEYS, JOB_KEYS_LATER, ("name", "command"))


def make_job(
    log: ProblemLog, path: SpecPath, values: dict[str, Any], shared: Parameters
) -> JobEntry:
    """Return the entry of a job whose keys were read."""
    is_repeated = not PARAMETER_KEYS.keys().isdisjoint(values)
    combinations = read_combinations(log, path, values, shared) if is_repeated else None
    name, command = values.pop("name", "x"), values.pop("command", "x")
    lists = {key: values.pop(key) for key in LISTS & values.keys()} or NO_LISTS
    entry = JobEntry(path, normalize_name(name), command, combinations, lists=lists, **values)
    check_patterns(log, entry)
    if combinations is None:
        check_literal(log, (*path, "name"), name, check_name)
        check_literal(log, (*path, "command"), command, check_command)
    check_placeholders(log, entry)
    check_tokens(log, entry)
    return entry


LISTS = frozenset((*NAME_LISTS, *PATTERN_LISTS))
PATTERN_KEYS = frozenset(PATTERN_LISTS)


def check_patterns(log: ProblemLog, entry: JobEntry) -> None:
    """Add the problem that a job has too many regular expressions."""
    if PATTERN_KEYS.isdisjoint(entry.lists):
        return
    count = sum(len(entry.lists.get(key, ())) for key in PATTERN_LISTS)
    if count > MAX_PATTERNS_PER_JOB:
        detail = f"{path_text(entry.path)} has {count} regular expressions."
        hint = f"Use at most {MAX_PATTERNS_PER_JOB}, or list the names."
        limit = MAX_PATTERNS_PER_JOB
        log.add("too_many_regexes", detail, entry.path, hint=hint, limit=limit, actual=count)


def check_placeholders(log: ProblemLog, entry: JobEntry) -> None:
    """Add a warning if the name contains something like a placeholder that is not replaced."""
    if "{" in entry.name:
        names = tuple(entry.combinations.values) if entry.combinations else ()
        placeholder = unknown_placeholder(entry.name, names)
        if placeholder:
            place = path_text(entry.path)
            log.warn(f"{place}: {placeholder} in its name is not a parameter and is kept as it is.")


def check_tokens(log: ProblemLog, entry: JobEntry) -> None:
    """Add the problem that a command has a malformed token, once for all jobs of the entry."""
    if "${" in entry.command:
        path, subject = (*entry.path, "command"), f"Job '{entry.name}'"
        try:
            tokens_in(entry.command)
        except SpecError as error:
            add_problem(log, path, error.problems[0], subject)
            return
        if problem := near_token(entry.command):
            add_problem(log, path, problem, subject)
        elif dotted := dotted_variable(entry.command):
            advice = "tokens begin with 'files.' or 'user_data.'"
            log.warn(f"{subject}: bash cannot expand {dotted[:60]}; {advice}.")
