"""Parameters: the keys `parameters`, `parameter_mode` and `use_parameters` of entries."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from decimal import Decimal
from itertools import chain
from typing import Any

from specification.entries.fields import (
    Reader,
    add_problem,
    add_wrong_type,
    choice,
    text,
    texts,
)
from specification.formats.document import MapNode, SeqNode
from specification.formats.problem_log import ProblemLog
from specification.formats.yaml_scalars import WrittenNumber
from specification.limits import MAX_EXPANSIONS, MAX_PARAMETERS
from specification.problems import SpecError, SpecPath, did_you_mean, path_text
from specification.texts.parameter_values import (
    Combinations,
    Value,
    alike,
    expand_parameter_value,
    loses_zero,
    parse_scalar,
    plain_text,
    range_meant,
    written_items,
)

PARAMETER_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,63}")
VALUES_OF_ENTRY = 20  # an entry with parameters takes as long as so many values
Parameters = dict[str, tuple[Value, ...]]


def read_parameters(log: ProblemLog, path: SpecPath, value: Any) -> Parameters:
    """Return a mapping of parameter names to their values."""
    if type(value) is not MapNode:
        add_wrong_type(log, path, "expected_mapping", "a mapping", value)
        return {}
    for name in value:
        if not PARAMETER_NAME.fullmatch(name):
            detail = f"{path_text(path)}: '{name[:60]}' cannot be the name of a parameter."
            hint = "Use letters, digits, '_', '-' and '.', and begin with a letter or '_'."
            log.add("invalid_parameter_name", detail, (*path, name), hint=hint, key=True)
    return {name: read_values(log, (*path, name), item) for name, item in value.items()}


def read_values(log: ProblemLog, path: SpecPath, value: Any) -> tuple[Value, ...]:
    """Return the values of one parameter: a text to expand, one value, or a list."""
    if type(value) is str:
        return expand_text(log, path, value)
    if type(value) is not SeqNode:
        return tuple(read_single_value(log, path, value))
    if not value:
        hint = "Remove the entry instead."
        log.add("empty_list", f"{path_text(path)} is an empty list.", path, hint=hint)
    lists = (read_single_value(log, (*path, at), item) for at, item in enumerate(value))
    values = tuple(chain.from_iterable(lists))
    if len(values) == len(value):
        numbers = (int, float)
        written = [repr(item) if isinstance(item, numbers) else plain_text(item) for item in values]
        texts_of_numbers = [
            item.text if type(item) is WrittenNumber else shown
            for item, shown in zip(value, written, strict=True)
        ]
        check_written(log, path, texts_of_numbers, values)
    return values


def expand_text(log: ProblemLog, path: SpecPath, value: str) -> tuple[Value, ...]:
    """Return a range, a list in brackets, or one value."""
    content = text(log, path, value)
    meant = range_meant(content)
    if meant is not None:
        place = f"{path_text(path)}: '{content[:60]}'"
        log.warn(f"{place} is taken as one text, not as a range or list; write {meant[:60]}.")
    elif content.startswith("@"):
        log.warn(f"{path_text(path)}: '{content[:60]}' is one text; no file of values is read.")
    try:
        values = tuple(expand_parameter_value(content))
    except SpecError as error:
        add_problem(log, path, error.problems[0])
        return ()
    log.spend("values", len(values), path)
    check_written(log, path, written_items(content), values)
    return values


def check_written(
    log: ProblemLog, path: SpecPath, written: Sequence[str], values: Sequence[Value]
) -> None:
    """Add a problem if values print alike, and a note if a number loses its zeros."""
    is_list = len(written) == len(values)
    pair = alike(written, values) if is_list else None
    if pair is not None:
        detail = f"{path_text(path)}: {pair[0][:40]} and {pair[1][:40]} are the same value."
        log.add("values_alike", detail, path, hint="Put both in quotes to keep them as texts.")
        return
    numbers = (
        [item for item, value in zip(written, values, strict=True) if not isinstance(value, str)]
        if is_list
        else written
    )
    lost = next(filter(loses_zero, numbers), None)
    if lost is not None:
        shown = plain_text(parse_scalar(lost))
        advice = "put it in quotes to keep the zeros, or pad with {p:03d}"
        log.warn(f"{path_text(path)}: {lost[:40]} is the number {shown}; {advice}.")


def read_single_value(log: ProblemLog, path: SpecPath, value: Any) -> list[Value]:
    """Return one value; true and false become text. The list is empty if it is of another type."""
    if type(value) is bool:
        return [str(value).lower()]
    if type(value) is str:
        return [text(log, path, value)]
    if type(value) is WrittenNumber:
        is_exact = Decimal(repr(float(value))) == Decimal(value.text)
        return [float(value) if is_exact else value.text]
    if type(value) is int or (type(value) is float and math.isfinite(value)):
        return [value]
    wanted = "text, a number or a list of them"
    add_wrong_type(log, path, "expected_parameter_value", wanted, value)
    return []


def read_combinations(
    log: ProblemLog, path: SpecPath, values: dict[str, Any], shared: Parameters
) -> Combinations | None:
    """Return the combinations of an entry's parameters, None if it has none.

    If an entry has `parameters`, its `use_parameters` is ignored, as in Torc.

    Args:
        log: takes the problems.
        path: of the entry.
        values: of the entry's keys; those of the parameters are removed.
        shared: the parameters of the workflow.
    """
    own: Parameters | None = values.pop("parameters", None)
    used: tuple[str, ...] = values.pop("use_parameters", None) or ()
    is_zip = values.pop("parameter_mode", "product") == "zip"
    parameters = shared_parameters(log, path, used, shared)
    if own:
        if used:
            log.warn(f"{path_text(path)}: use_parameters is ignored; it has its own parameters.")
        parameters = own
    if not parameters or not all(parameters.values()):
        return None
    log.spend("values", VALUES_OF_ENTRY, path)
    combinations = Combinations(parameters, is_zip)
    for name, listed in () if is_zip else parameters.items():
        if len(set(listed)) < len(listed):
            log.warn(f"{path_text(path)}: its parameter '{name}' has a value twice.")
    return combinations if check_combinations(log, path, combinations) else None


def read_use_parameters(log: ProblemLog, path: SpecPath, value: Any) -> tuple[str, ...]:
    """Return the list of shared parameters that an entry uses."""
    return tuple(dict.fromkeys(texts(log, path, value)))


def shared_parameters(
    log: ProblemLog, path: SpecPath, used: tuple[str, ...], shared: Parameters
) -> Parameters:
    """Return the workflow's parameters that an entry names, in the entry's order."""
    for name in used:
        if name not in shared:
            detail = f"{path_text(path)} uses '{name[:60]}', which is no parameter of the workflow"
            detail += did_you_mean(name, list(shared))
            hint = "Add it under the workflow's 'parameters'."
            log.add("unknown_parameter", detail, (*path, "use_parameters"), hint=hint)
    return {name: shared[name] for name in used if name in shared}


def check_combinations(log: ProblemLog, path: SpecPath, combinations: Combinations) -> bool:
    """Return whether an entry may have these combinations, and add the problem if not."""
    lengths = {name: len(values) for name, values in combinations.values.items()}
    if len(lengths) > MAX_PARAMETERS:
        detail = f"{path_text(path)} has {len(lengths)} parameters; {MAX_PARAMETERS} are allowed."
        code, limit, hint = "too_many_parameters", MAX_PARAMETERS, "Use fewer."
        log.add(code, detail, path, hint=hint, limit=limit, actual=len(lengths))
        return False
    if combinations.is_zip and len(set(lengths.values())) > 1:
        listed = ", ".join(f"{name} has {length}" for name, length in lengths.items())
        detail = f"{path_text(path)} pairs parameters of unequal length: {listed}."
        hint = "Give all the same number of values, or use parameter_mode: product."
        log.add("zip_length_mismatch", detail, path, hint=hint)
        return False
    if combinations.n_rows > MAX_EXPANSIONS:
        shown = " x ".join(f"{length:,}" for length in lengths.values())
        detail = f"{path_text(path)} stands for {shown} entries; {MAX_EXPANSIONS:,} are allowed."
        hint = "Use fewer values."
        code, limit = "too_many_expansions", MAX_EXPANSIONS
        log.add(code, detail, path, hint=hint, limit=limit, actual=combinations.n_rows)
        return False
    return True


PARAMETER_KEYS: dict[str, Reader] = {
    "parameters": read_parameters,
    "parameter_mode": choice("product", "zip"),
    "use_parameters": read_use_parameters,
}
