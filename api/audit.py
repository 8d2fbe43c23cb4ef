"""Every call that changes something leaves an audit entry, without a line in its endpoint."""

import json
from collections.abc import Callable, Mapping
from functools import wraps
from hashlib import sha256
from typing import Any

from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from ninja import Status
from pydantic import BaseModel

from accounts.audit import MAX_NAMES, Trail, audited
from accounts.models import ApiToken
from jobs.models import ComputeNode, Event, FailureHandler, Job, ResourceRequirements, Result
from userdata.models import File, UserData
from workflows.models import Workflow

OBJECTS: Mapping[str, tuple[str, type[Model]]] = {
    "job_id": ("job", Job),
    "result_id": ("result", Result),
    "file_id": ("file", File),
    "user_data_id": ("user_data", UserData),
    "requirements_id": ("resource_requirements", ResourceRequirements),
    "handler_id": ("failure_handler", FailureHandler),
    "node_id": ("compute_node", ComputeNode),
    "event_id": ("event", Event),
    "token_id": ("token", ApiToken),
}
"""Parameter of a path -> the kind of object it is an id of."""
CREATED: Mapping[str, str] = {
    "create_job": "job",
    "create_file": "file",
    "create_user_data": "user_data",
    "create_resource_requirements": "resource_requirements",
    "create_failure_handler": "failure_handler",
    "create_token": "token",
}
VERBS: Mapping[str, str] = {
    "run_workflow": "start_workflow",
    "initialize_jobs": "initialize_workflow",
    "create_from_spec": "create_workflow",
    "restore_version": "restore_user_data",
    "process_changed_job_inputs": "reinitialize_workflow",
}
"""Endpoint -> verb, where the endpoint has another name."""
OWN_TRANSACTIONS = frozenset(
    {
        *("run_workflow", "initialize_jobs", "create_from_spec", "delete_workflow"),
        "process_changed_job_inputs",
    }
)
"""They take several transactions, or look at files while nothing is locked; no transaction is put
around them."""
NOT_AUDITED = frozenset(
    {
        "check_spec",  # stores nothing
        *("create_compute_node", "update_compute_node", "create_event", "update_event"),  # runners
        "rerun_jobs",  # writes its entry itself, because its receipt names it
    }
)
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
LARGEST_ANSWER = 64 * 1024
UNHASHED = frozenset({"spec_text", "revision", "last_used_at"})

View = Callable[..., Any]


def audit_changes(view: View) -> View:
    """Wrap an endpoint that changes something so that it leaves an entry, unless a job calls it."""
    operation = view._ninja_operation  # type: ignore[attr-defined]
    name = view.__name__
    if SAFE.issuperset(operation.methods) or name in NOT_AUDITED:
        return view

    @wraps(view)
    def audited_view(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if request.auth.is_job:  # type: ignore[attr-defined]
            return view(request, *args, **kwargs)
        verb = VERBS.get(name, name)
        with audited(request, verb, in_transaction=name not in OWN_TRANSACTIONS) as trail:
            model = _note_object(trail, kwargs)
            answer = view(request, *args, **kwargs)
            trail.after_hash = _hash_of(model, trail)[0] if model else ""
            _add_summary(trail, name, kwargs, outcome_of(answer))
        return answer

    return audited_view


def _note_object(trail: Trail, kwargs: Mapping[str, Any]) -> type[Model] | None:
    """Note the object that the path names and its hash; return its model if it has one."""
    trail.workflow_id = kwargs.get("workflow_id")
    for parameter, (kind, model) in OBJECTS.items():
        if parameter in kwargs:
            trail.kind, trail.object_id = kind, kwargs[parameter]
            trail.before_hash, trail.workflow_id = _hash_of(model, trail)
            return model
    if trail.verb == "update_workflow":
        trail.kind, trail.object_id = "workflow", trail.workflow_id
        trail.before_hash, _ = _hash_of(Workflow, trail)
        return Workflow
    return None


def _hash_of(model: type[Model], trail: Trail) -> tuple[str, int | None]:
    """Return the hash of a row and its workflow's id, "" and None if there is no row."""
    row = model._default_manager.filter(pk=trail.object_id).values().first()
    if row is None:
        return "", None
    text = repr(sorted((name, value) for name, value in row.items() if name not in UNHASHED))
    return sha256(text.encode()).hexdigest()[:16], row.get("workflow_id")


def outcome_of(answer: Any) -> Mapping[str, Any]:
    """Return the JSON object that an endpoint answered, {} for other or very large answers."""
    value = answer.value if isinstance(answer, Status) else answer
    if isinstance(value, HttpResponse):
        is_small = len(value.content) <= LARGEST_ANSWER
        value = json.loads(value.content) if is_small and value.content else None
    return value if isinstance(value, dict) else {}


def _add_summary(
    trail: Trail, name: str, kwargs: Mapping[str, Any], outcome: Mapping[str, Any]
) -> None:
    query, sent = kwargs.get("query"), kwargs.get("body")
    if isinstance(query, BaseModel):
        trail.add(**query.model_dump(exclude_defaults=True, exclude={"workflow_id"}))
        if getattr(query, "dry_run", False):
            trail.drop()
    if isinstance(sent, BaseModel):
        trail.add(fields=sorted(sent.model_fields_set)[:MAX_NAMES])
        trail.add(**{f"n_{key}": len(rows) for key, rows in sent if _is_rows(rows)})
    if name in CREATED:
        trail.kind, trail.object_id = CREATED[name], outcome.get("id")
    if trail.workflow_id is None:
        is_workflow = trail.verb == "create_workflow"
        trail.workflow_id = outcome.get("id" if is_workflow else "workflow_id")
        trail.workflow_id = trail.workflow_id or _workflow_in(sent)
    counts = (
        "count",
        "updated_count",
        "n_canceled",
        "n_ready",
        "n_blocked",
        "n_reset",
        "run_id",
        "version",
    )
    trail.add(**{key: outcome[key] for key in counts if isinstance(outcome.get(key), int)})


def _is_rows(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], BaseModel)


def _workflow_in(sent: Any) -> int | None:
    """Return the workflow that a body or its first item names."""
    if not isinstance(sent, BaseModel):
        return None
    items = [sent, *(rows[0] for _, rows in sent if _is_rows(rows))]
    return next(
        (workflow_id for item in items if (workflow_id := getattr(item, "workflow_id", None))), None
    )
