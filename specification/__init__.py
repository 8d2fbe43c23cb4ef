"""Specs: from the text that people write to rows that can be stored. Knows no framework."""

from specification.compile import plan_workflow
from specification.json_values import JsonError, check_json_value, dump_json, loads_json
from specification.names import check_command, check_name, check_path
from specification.plan import (
    FailureHandlerPlan,
    FamilyEdge,
    FamilyPlan,
    FilePlan,
    JobPlan,
    RequirementPlan,
    UserDataPlan,
    WorkflowPlan,
)
from specification.problems import Problem, SpecError
from specification.texts.parameter_values import expand_parameter_value
from specification.texts.sizes_and_durations import parse_memory, parse_runtime
from specification.texts.tokens import Token, TokenIds, UnresolvedToken, resolve_command, tokens_in

__all__ = [
    "FailureHandlerPlan",
    "FamilyEdge",
    "FamilyPlan",
    "FilePlan",
    "JobPlan",
    "JsonError",
    "Problem",
    "RequirementPlan",
    "SpecError",
    "Token",
    "TokenIds",
    "UnresolvedToken",
    "UserDataPlan",
    "WorkflowPlan",
    "check_command",
    "check_json_value",
    "check_name",
    "check_path",
    "dump_json",
    "expand_parameter_value",
    "loads_json",
    "parse_memory",
    "parse_runtime",
    "plan_workflow",
    "resolve_command",
    "tokens_in",
]
