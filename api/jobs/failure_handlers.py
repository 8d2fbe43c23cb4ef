import json
from typing import Any

from django.http import HttpResponse
from ninja import Query, Router

from accounts.actors import Actor
from accounts.credentials import ApiRequest
from accounts.visibility import visible
from api.exceptions import Invalid, did_you_mean
from api.jobs.failure_handlers_schemas import (
    FailureHandlerIn,
    FailureHandlerListOut,
    FailureHandlerOut,
)
from api.names import checked_name
from api.pagination import page
from api.queries import row_or_404, visible_workflow
from api.schemas import Fields, PageQuery
from jobs.models import FailureHandler
from specification.limits import EXIT_CODES, MAX_EXIT_CODES, RETRIES
from workflows.editing import failure_handlers as editing
from workflows.editing.failure_handlers import add_failure_handler

FIELDS = ("id", "workflow_id", "name", "rules")
RULE_KEYS = ("exit_codes", "match_all_exit_codes", "max_retries", "recovery_script")
MAX_RULES = 100

router = Router(tags=["failure handlers"])


@router.get("/workflows/{int:workflow_id}/failure_handlers", response=FailureHandlerListOut)
def list_failure_handlers(
    request: ApiRequest, workflow_id: int, query: Query[PageQuery]
) -> HttpResponse:
    """List the failure handlers of a workflow."""
    workflow = visible_workflow(request.auth, workflow_id)
    rows = FailureHandler.objects.filter(workflow=workflow).order_by("pk")
    return page(rows.values(*FIELDS), query)


@router.post("/failure_handlers", response=FailureHandlerOut)
def create_failure_handler(request: ApiRequest, body: FailureHandlerIn) -> Fields:
    """Add a failure handler to a workflow."""
    workflow = visible_workflow(request.auth, body.workflow_id)
    _refuse_rules(body.rules)
    return _out(add_failure_handler(workflow.pk, name=checked_name(body.name), rules=body.rules))


@router.get("/failure_handlers/{int:handler_id}", response=FailureHandlerOut)
def get_failure_handler(request: ApiRequest, handler_id: int) -> Fields:
    """Return one failure handler."""
    return _out(_handler(request.auth, handler_id))


@router.delete("/failure_handlers/{int:handler_id}", response=FailureHandlerOut)
def delete_failure_handler(request: ApiRequest, handler_id: int) -> Fields:
    """Delete a failure handler that no job names."""
    row = _handler(request.auth, handler_id)
    out = _out(row)
    editing.delete_failure_handler(row)
    return out


def _handler(actor: Actor, handler_id: int) -> FailureHandler:
    return row_or_404(visible(FailureHandler.objects.all(), actor), "failure handler", handler_id)


def _out(row: FailureHandler) -> Fields:
    return {name: getattr(row, name) for name in FIELDS}


def _refuse_rules(text: str) -> None:
    """Refuse rules that the engine cannot read or follow.

    Raises:
        Invalid: they are not a list of rules in JSON, or a rule is wrong.
    """
    try:
        rules = json.loads(text)
    except (ValueError, RecursionError):
        rules = None
    if not isinstance(rules, list) or len(rules) > MAX_RULES:
        detail = f"'rules' is not the JSON text of a list of at most {MAX_RULES} rules."
        hint = '[{"exit_codes": [137], "max_retries": 3}]'
        raise Invalid("invalid_rules", detail, pointer="/rules", hint=f"Write {hint}.")
    for position, rule in enumerate(rules):
        _refuse_rule(rule, f"/rules/{position}")


def _refuse_rule(rule: Any, at: str) -> None:
    if not isinstance(rule, dict):
        raise Invalid("invalid_rules", "A rule is an object.", pointer=at)
    for key in rule:
        if key not in RULE_KEYS:
            hint = did_you_mean(key, RULE_KEYS)
            raise Invalid("unknown_field", f"A rule has no '{key}'.", pointer=at, hint=hint)
    if rule.get("recovery_script") is not None:
        detail = "Recovery scripts are not supported yet."
        hint = "Leave it out: it would have no effect."
        raise Invalid("unsupported_field", detail, pointer=f"{at}/recovery_script", hint=hint)
    codes = rule.get("exit_codes") or []
    if not isinstance(codes, list) or len(codes) > MAX_EXIT_CODES:
        detail = f"'exit_codes' is a list of at most {MAX_EXIT_CODES} numbers."
        raise Invalid("out_of_range", detail, pointer=f"{at}/exit_codes", limit=MAX_EXIT_CODES)
    for code in codes:
        _refuse_number(code, EXIT_CODES, f"{at}/exit_codes")
    if not isinstance(rule.get("match_all_exit_codes") or False, bool):
        detail = "'match_all_exit_codes' is true or false."
        raise Invalid("validation_error", detail, pointer=f"{at}/match_all_exit_codes")
    _refuse_number(rule.get("max_retries", 3), RETRIES, f"{at}/max_retries")


def _refuse_number(value: Any, bounds: tuple[int, int], at: str) -> None:
    low, high = bounds
    if type(value) is not int or not low <= value <= high:
        detail = f"{value!r} is not a whole number from {low} to {high}."
        raise Invalid("out_of_range", detail, pointer=at, limit=high)
