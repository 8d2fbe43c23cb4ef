"""Checks that jobs and workflows share: environments, requirements, who asks."""

from collections.abc import Mapping
from typing import Any

from accounts.actors import Actor
from accounts.models import User
from accounts.visibility import visible
from api.problems import Invalid, one, refuse
from jobs.models import FailureHandler, Job, ResourceRequirements
from specification.entries.environment import NAME, RESERVED
from specification.limits import MAX_ENV_BYTES, MAX_ENV_NAMES, MAX_ENV_VALUE_BYTES
from specification.names import check_text
from specification.problems import SpecError
from specification.texts.sizes_and_durations import parse_memory, parse_runtime

CLIENT_DEFAULTS = ("1m", "PT1M", "P0DT1M")
"""The memory and runtime that models of Torc's clients begin with."""


def name_of(actor: Actor) -> str:
    """Return who asks, for events and reasons that people read."""
    return User.objects.values_list("username", flat=True).get(pk=actor.user_id)


def visible_job(actor: Actor, job_id: int) -> Job:
    """Return a job that the actor may see.

    Raises:
        Http404: there is none with this id.
    """
    return one(visible(Job.objects.all(), actor), "job", job_id)


def requirements_of(workflow_id: int, requirements_id: int | None) -> ResourceRequirements:
    """Return the workflow's requirements with this id, by default those named `default`.

    Raises:
        Http404: there are none.
    """
    if requirements_id is None:
        return ResourceRequirements.objects.default_of(workflow_id)
    rows = ResourceRequirements.objects.filter(workflow=workflow_id)
    return one(rows, "resource requirements", requirements_id)


def refuse_foreign_handler(workflow_id: int, handler_id: int | None) -> None:
    """Refuse a failure handler of another workflow.

    Raises:
        Http404: this workflow has none with this id.
    """
    if handler_id is not None:
        one(FailureHandler.objects.filter(workflow=workflow_id), "failure handler", handler_id)


def refuse_env(env: Mapping[str, str], at: str) -> None:
    """Refuse an environment that the shell, Torc itself or the kernel would trip over.

    Raises:
        Invalid: a name or a size is not possible.
    """
    if len(env) > MAX_ENV_NAMES:
        detail = f"There are {len(env)} variables; {MAX_ENV_NAMES} are allowed."
        raise Invalid("env_too_many", detail, pointer=at, limit=MAX_ENV_NAMES, actual=len(env))
    for name, value in env.items():
        if not NAME.fullmatch(name):
            detail = f"'{name[:60]}' cannot be the name of a variable."
            hint = "Use letters, digits and _, and begin with a letter."
            raise Invalid("env_name_invalid", detail, pointer=at, hint=hint)
        if name.startswith(RESERVED):
            detail = f"'{name[:60]}': names that begin with TORC_ are Torc's own."
            raise Invalid("env_name_reserved", detail, pointer=at, hint="Choose another name.")
        refuse(check_text(value), f"{at}/{name}")
        _refuse_size(len(value.encode()), MAX_ENV_VALUE_BYTES, f"{at}/{name}")
    _refuse_size(sum(len((name + env[name]).encode()) for name in env), MAX_ENV_BYTES, at)


def _refuse_size(size: int, limit: int, at: str) -> None:
    if size > limit:
        detail = f"It has {size:,} bytes; {limit:,} are allowed."
        hint = "Keep long values in a file."
        raise Invalid("env_too_long", detail, pointer=at, hint=hint, limit=limit, actual=size)


def sizes_of(memory: str | None, runtime: str | None) -> dict[str, Any]:
    """Return the columns that hold a memory and runtime; those that somebody chose are limits.

    Torc's clients send their defaults along, so these place a job and never end it.

    Raises:
        Invalid: one of them is not a size or duration, or out of range.
    """
    columns: dict[str, Any] = {}
    for name, text, parse, column in (
        ("memory", memory, parse_memory, "memory_bytes"),
        ("runtime", runtime, parse_runtime, "runtime_seconds"),
    ):
        if text is None:
            continue
        try:
            columns |= {name: text, column: parse(text)}
        except SpecError as error:
            refuse(error.problems[0], f"/{name}")
        columns[f"enforces_{name}"] = text not in CLIENT_DEFAULTS
    return columns
