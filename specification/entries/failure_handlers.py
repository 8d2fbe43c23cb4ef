"""Failure handlers: the keys of an entry of `failure_handlers` and of its rules."""

from __future__ import annotations

from typing import Any

from specification.entries.fields import (
    Reader,
    boolean,
    integer,
    read_items,
    read_keys,
    text_checked_by,
)
from specification.formats.problem_log import ProblemLog
from specification.limits import EXIT_CODES, MAX_EXIT_CODES, RETRIES
from specification.names import check_name
from specification.plan import FailureHandlerPlan
from specification.problems import SpecPath, path_text

HANDLER_KEYS: dict[str, Reader] = {
    "name": text_checked_by(check_name),
    "rules": lambda log, path, value: read_items(log, path, value, read_rule),
}


def read_exit_codes(log: ProblemLog, path: SpecPath, value: Any) -> list[int]:
    """Return the exit codes of a rule."""
    codes = read_items(log, path, value, integer(EXIT_CODES))
    if len(codes) > MAX_EXIT_CODES:
        detail = f"{path_text(path)} has {len(codes)} exit codes; {MAX_EXIT_CODES} are allowed."
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


def read_rule(log: ProblemLog, path: SpecPath, node: Any) -> dict[str, Any]:
    """Return one rule of a failure handler."""
    values = read_keys(log, path, node, RULE_KEYS, frozenset({"recovery_script"}))
    rule = RULE_DEFAULTS | values
    if not rule["exit_codes"] and not rule["match_all_exit_codes"]:
        log.warn(f"{path_text(path)} has no exit codes and never applies.")
    return rule


def read_raw_handler(log: ProblemLog, path: SpecPath, node: Any) -> dict[str, Any]:
    """Return the values of the keys of a failure handler."""
    return read_keys(log, path, node, HANDLER_KEYS, frozenset(), ("name", "rules"))


def make_handler(values: dict[str, Any]) -> FailureHandlerPlan:
    """Return the failure handler of keys that were read without a problem."""
    return FailureHandlerPlan(values["name"], values["rules"])
