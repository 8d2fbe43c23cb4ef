"""What to do with an attempt that did not end well: a policy on plain values."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

MAX_LOST = 1
"""How many lost attempts of a job are tried again in one run."""


@dataclass(frozen=True, slots=True)
class RetryRule:
    """One rule of a failure handler."""

    exit_codes: frozenset[int]
    match_all_exit_codes: bool
    max_retries: int


def parse_rules(text: str) -> tuple[RetryRule, ...]:
    """Return the rules in the JSON text of a failure handler; none for an empty text."""
    return tuple(_rule(raw) for raw in json.loads(text)) if text else ()


def should_retry(rules: tuple[RetryRule, ...], return_code: int, n_retries: int) -> bool:
    """Return whether a failure is tried again: after the first attempt, `max_retries` more.

    Args:
        rules: the first that names the code counts, else the first that matches all.
        return_code: of the attempt that failed.
        n_retries: retries already used in this run.
    """
    rule = _matching(rules, return_code)
    return rule is not None and n_retries < rule.max_retries


def retries_left(rules: tuple[RetryRule, ...], n_retries: int) -> int:
    """Return how often a job may still be tried again, whatever return codes it comes to.

    Args:
        rules: of its failure handler.
        n_retries: retries already used in this run.
    """
    return max(0, *(rule.max_retries - n_retries for rule in rules)) if rules else 0


def matches_any(rules: tuple[RetryRule, ...], return_code: int) -> bool:
    """Return whether some rule speaks of this return code, whatever is left of its retries."""
    return _matching(rules, return_code) is not None


def _matching(rules: tuple[RetryRule, ...], return_code: int) -> RetryRule | None:
    for rule in rules:
        if return_code in rule.exit_codes:
            return rule
    return next((rule for rule in rules if rule.match_all_exit_codes), None)


def _rule(raw: dict[str, Any]) -> RetryRule:
    return RetryRule(
        exit_codes=frozenset(raw.get("exit_codes") or ()),
        match_all_exit_codes=bool(raw.get("match_all_exit_codes")),
        max_retries=int(raw.get("max_retries", 3)),
    )
