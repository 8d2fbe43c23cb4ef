"""The top level of a spec: its sections and settings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from specification.entries.environment import read_env
from specification.entries.failure_handlers import make_handler, read_raw_handler
from specification.entries.fields import (
    InvalidText,
    Reader,
    add_wrong_type,
    boolean,
    choice,
    integer,
    json_text,
    read_items,
    read_keys,
    text,
    text_checked_by,
)
from specification.entries.files import FileEntry, make_file, read_raw_file
from specification.entries.jobs import JobEntry, make_job, read_raw_job
from specification.entries.notes import add_notes, note_nodes
from specification.entries.parameters import Parameters, read_parameters
from specification.entries.resource_requirements import make_requirement, read_raw_requirement
from specification.entries.user_data import UserDataEntry, make_user_data, read_raw_user_data
from specification.formats.document import Document
from specification.formats.problem_log import ProblemLog
from specification.limits import MAX_TEXT, SECONDS
from specification.names import check_name, normalize_name
from specification.plan import FailureHandlerPlan, RequirementPlan
from specification.problems import SpecPath, path_text


def list_of(read: Reader) -> Reader:
    """Return the reader of a list of entries."""
    return lambda log, path, value: read_items(log, path, value, read)


def read_long_text(log: ProblemLog, path: SpecPath, value: Any) -> str:
    """Return a text of limited length."""
    content = text(log, path, value)
    if len(content) > MAX_TEXT:
        detail = f"{path_text(path)} has {len(content):,} characters; {MAX_TEXT:,} are allowed."
        hint = "Shorten it."
        log.add("text_too_long", detail, path, hint=hint, limit=MAX_TEXT, actual=len(content))
    return content


def read_metadata(log: ProblemLog, path: SpecPath, value: Any) -> dict[str, Any] | None:
    """Return a mapping of any JSON values."""
    if not isinstance(value, dict):
        add_wrong_type(log, path, "expected_mapping", "a mapping", value)
        return None
    json_text(log, path, value)
    return value


SETTINGS: dict[str, Reader] = {
    "compute_node_expiration_buffer_seconds": integer(SECONDS),
    "compute_node_wait_for_new_jobs_seconds": integer(SECONDS),
    "compute_node_ignore_workflow_completion": boolean,
    "compute_node_wait_for_healthy_database_minutes": integer(SECONDS),
    "compute_node_min_time_for_new_jobs_seconds": integer(SECONDS),
    "jobs_sort_method": choice("gpus_runtime_memory", "gpus_memory_runtime", "none"),
    "use_pending_failed": boolean,
}
WORKFLOW_KEYS: dict[str, Reader] = {
    "name": text_checked_by(check_name),
    "user": text,
    "description": read_long_text,
    "project": read_long_text,
    "metadata": read_metadata,
    "env": read_env,
    "parameters": read_parameters,
    "jobs": list_of(read_raw_job),
    "files": list_of(read_raw_file),
    "user_data": list_of(read_raw_user_data),
    "resource_requirements": list_of(read_raw_requirement),
    "failure_handlers": list_of(read_raw_handler),
    **SETTINGS,
}
WORKFLOW_KEYS_LATER = frozenset(
    {
        "actions",
        "slurm_schedulers",
        "slurm_defaults",
        "schedulers",
        "resource_monitor",
        "resource_monitor_config",
        "access_groups",
        "execution_config",
        "dynamic_jobs",
        "enable_ro_crate",
        "ro_crate_entities",
        "submission_directory",
    }
)


NOUNS = {
    "resource_requirements": "resource_requirements",
    "failure_handlers": "failure_handler",
}


@dataclass(slots=True)
class WorkflowSpec:
    """A spec whose entries were all read without a problem, not yet expanded."""

    name: str
    values: dict[str, Any]
    settings: dict[str, Any]
    jobs: list[JobEntry]
    files: list[FileEntry]
    user_data: list[UserDataEntry]
    requirements: list[RequirementPlan]
    failure_handlers: list[FailureHandlerPlan]


def read_workflow(document: Document, log: ProblemLog) -> WorkflowSpec:
    """Return a spec as its sections.

    Raises:
        SpecError: with everything that is wrong with single entries.
    """
    values = read_keys(log, (), document.root, WORKFLOW_KEYS, WORKFLOW_KEYS_LATER, ("name", "jobs"))
    shared: Parameters = values.get("parameters", {})
    jobs = make_entries("jobs", values, make_job, log, shared)
    files = make_entries("files", values, make_file, log, shared)
    user_data = make_entries("user_data", values, make_user_data, log, shared)
    for section in ("resource_requirements", "failure_handlers"):
        check_unique_names(log, section, values.get(section, []))
    log.raise_if_any()
    requirements = [make_requirement(raw) for raw in values.get("resource_requirements", [])]
    add_notes(log, jobs, files, user_data, shared)
    note_nodes(log, requirements)
    return WorkflowSpec(
        name=normalize_name(values["name"]),
        values=values,
        settings={key: values[key] for key in SETTINGS if key in values},
        jobs=jobs,
        files=files,
        user_data=user_data,
        requirements=requirements,
        failure_handlers=[make_handler(raw) for raw in values.get("failure_handlers", [])],
    )


def make_entries(
    section: str,
    values: dict[str, Any],
    make: Callable[[ProblemLog, SpecPath, dict[str, Any], Parameters], Any],
    log: ProblemLog,
    shared: Parameters,
) -> list[Any]:
    """Return the entries of one section.

    Args:
        section: the key of the section, which is removed from `values`.
        values: the workflow's keys as they were read.
        make: turns the keys of one entry into the entry.
        log: takes the problems.
        shared: the parameters of the workflow.
    """
    raw = values.pop(section, [])
    return [make(log, (section, at), item, shared) for at, item in enumerate(raw)]


def check_unique_names(log: ProblemLog, section: str, raw: list[dict[str, Any]]) -> None:
    """Add a problem for each name that a section has twice."""
    seen: set[str] = set()
    for at, values in enumerate(raw):
        name = values["name"] = normalize_name(values.get("name", InvalidText()))
        if name in seen and type(name) is not InvalidText:
            code = f"duplicate_{NOUNS[section]}_name"
            detail = f"{path_text((section, at))}: the name '{name}' is used twice."
            log.add(code, detail, (section, at, "name"), hint="Choose another name.")
        seen.add(name)
