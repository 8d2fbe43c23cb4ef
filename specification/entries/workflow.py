"""The top level of a spec: which sections there are and what each entry may hold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from specification.entries.entries import (
    FileEntry,
    JobEntry,
    UserDataEntry,
    make_file,
    make_job,
    make_user_data,
    read_data,
    read_raw_file,
    read_raw_job,
    read_raw_user_data,
)
from specification.entries.environment import read_env
from specification.entries.fields import (
    Reader,
    Unfit,
    boolean,
    checked,
    choice,
    each,
    integer,
    read_keys,
    text,
    wrong_kind,
)
from specification.entries.parameters_of_entries import Parameters, read_parameters
from specification.entries.requirements_and_handlers import (
    make_handler,
    make_requirement,
    read_raw_handler,
    read_raw_requirement,
)
from specification.formats.documents import Document, ProblemLog
from specification.limits import MAX_TEXT, SECONDS
from specification.names import check_name, normal
from specification.plan import FailureHandlerPlan, RequirementPlan
from specification.problems import Path, place_of


def listed(read: Reader) -> Reader:
    """Return the reader of a list of entries."""
    return lambda log, path, value: each(log, path, value, read)


def read_long_text(log: ProblemLog, path: Path, value: Any) -> str:
    """Read a text of some length."""
    found = text(log, path, value)
    if len(found) > MAX_TEXT:
        detail = f"{place_of(path)} has {len(found):,} characters; {MAX_TEXT:,} are allowed."
        hint = "Shorten it."
        log.add("text_too_long", detail, path, hint=hint, limit=MAX_TEXT, actual=len(found))
    return found


def read_metadata(log: ProblemLog, path: Path, value: Any) -> dict[str, Any] | None:
    """Read a mapping of any JSON values."""
    if not isinstance(value, dict):
        wrong_kind(log, path, "expected_mapping", "a mapping", value)
        return None
    read_data(log, path, value)
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
    "name": checked(check_name),
    "user": text,
    "description": read_long_text,
    "project": read_long_text,
    "metadata": read_metadata,
    "env": read_env,
    "parameters": read_parameters,
    "jobs": listed(read_raw_job),
    "files": listed(read_raw_file),
    "user_data": listed(read_raw_user_data),
    "resource_requirements": listed(read_raw_requirement),
    "failure_handlers": listed(read_raw_handler),
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


DUPLICATES = {
    "resource_requirements": "resource_requirements",
    "failure_handlers": "failure_handler",
}


@dataclass(slots=True)
class WorkflowSpec:
    """A spec whose entries were all read without a problem."""

    name: str
    values: dict[str, Any]
    settings: dict[str, Any]
    jobs: list[JobEntry]
    files: list[FileEntry]
    user_data: list[UserDataEntry]
    requirements: list[RequirementPlan]
    failure_handlers: list[FailureHandlerPlan]


def read_workflow(document: Document, log: ProblemLog) -> WorkflowSpec:
    """Read a whole spec.

    Raises:
        SpecError: with everything that is wrong with single entries.
    """
    values = read_keys(log, (), document.root, WORKFLOW_KEYS, WORKFLOW_KEYS_LATER, ("name", "jobs"))
    shared: Parameters = values.get("parameters", {})
    jobs = made("jobs", values, make_job, log, shared)
    files = made("files", values, make_file, log, shared)
    user_data = made("user_data", values, make_user_data, log, shared)
    for section in ("resource_requirements", "failure_handlers"):
        check_unique(log, section, values.get(section, []))
    log.raise_if_any()
    return WorkflowSpec(
        name=normal(values["name"]),
        values=values,
        settings={key: values[key] for key in SETTINGS if key in values},
        jobs=jobs,
        files=files,
        user_data=user_data,
        requirements=[make_requirement(raw) for raw in values.get("resource_requirements", [])],
        failure_handlers=[make_handler(raw) for raw in values.get("failure_handlers", [])],
    )


def made(
    section: str,
    values: dict[str, Any],
    make: Callable[[ProblemLog, Path, dict[str, Any], Parameters], Any],
    log: ProblemLog,
    shared: Parameters,
) -> list[Any]:
    """Make the entries of one section."""
    raw = values.pop(section, [])
    return [make(log, (section, at), item, shared) for at, item in enumerate(raw)]


def check_unique(log: ProblemLog, section: str, raw: list[dict[str, Any]]) -> None:
    """Note names that a section has twice."""
    seen: set[str] = set()
    for at, values in enumerate(raw):
        name = values["name"] = normal(values.get("name", Unfit()))
        if name in seen and type(name) is not Unfit:
            code = f"duplicate_{DUPLICATES[section]}_name"
            detail = f"{place_of((section, at))}: the name '{name}' is there twice."
            log.add(code, detail, (section, at, "name"), hint="Choose another name.")
        seen.add(name)
