"""Which parameters an entry is repeated for."""

from __future__ import annotations

import math
import re
from typing import Any

from specification.entries.fields import note, text, texts, wrong_kind
from specification.formats.documents import MapNode, ProblemLog, SeqNode
from specification.limits import MAX_EXPANSIONS, MAX_PARAMETERS
from specification.problems import Path, SpecError, did_you_mean, place_of
from specification.texts.parameter_values import (
    Axes,
    Value,
    expand_parameter_value,
    looks_like_range,
)

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,63}")
Parameters = dict[str, tuple[Value, ...]]


def read_parameters(log: ProblemLog, path: Path, value: Any) -> Parameters:
    """Read a mapping of parameter names to what they range over."""
    if type(value) is not MapNode:
        wrong_kind(log, path, "expected_mapping", "a mapping", value)
        return {}
    for name in value:
        if not NAME.fullmatch(name):
            detail = f"{place_of(path)}: '{name[:60]}' cannot be the name of a parameter."
            hint = "Use letters, digits, '_', '-' and '.', and begin with a letter."
            log.add("invalid_parameter_name", detail, (*path, name), hint=hint, key=True)
    return {name: read_values(log, (*path, name), item) for name, item in value.items()}


def read_values(log: ProblemLog, path: Path, value: Any) -> tuple[Value, ...]:
    """Read what one parameter ranges over: a text to expand, one value, or a list."""
    if type(value) is str:
        return expand_text(log, path, value)
    if type(value) is not SeqNode:
        return tuple(single(log, path, value))
    if not value:
        hint = "Remove the entry instead."
        log.add("empty_list", f"{place_of(path)} is an empty list.", path, hint=hint)
    return tuple(found for at, item in enumerate(value) for found in single(log, (*path, at), item))


def expand_text(log: ProblemLog, path: Path, value: str) -> tuple[Value, ...]:
    """Read a range, a list in brackets, or one value."""
    name = text(log, path, value)
    if looks_like_range(name):
        log.warn(f"{place_of(path)}: '{name[:60]}' is taken as one text, not as a range.")
    try:
        return tuple(expand_parameter_value(name))
    except SpecError as error:
        note(log, path, error.problems[0])
        return ()


def single(log: ProblemLog, path: Path, value: Any) -> list[Value]:
    """Read one value; true and false are words."""
    if type(value) is bool:
        return [str(value).lower()]
    if type(value) is str:
        return [text(log, path, value)]
    if type(value) is int or (type(value) is float and math.isfinite(value)):
        return [value]
    wanted = "text, a number or a list of them"
    wrong_kind(log, path, "expected_parameter_value", wanted, value)
    return []


def read_axes(
    log: ProblemLog, path: Path, values: dict[str, Any], shared: Parameters
) -> Axes | None:
    """Return the axes of an entry, None if it is not repeated.

    Its own `parameters` win; `use_parameters` then counts for nothing, as in Torc.
    """
    own: Parameters | None = values.pop("parameters", None)
    used: tuple[str, ...] = values.pop("use_parameters", None) or ()
    is_zip = values.pop("parameter_mode", "product") == "zip"
    chosen = pick_shared(log, path, used, shared)
    if own:
        if used:
            log.warn(f"{place_of(path)}: use_parameters is ignored beside its own parameters.")
        chosen = own
    if not chosen or not all(chosen.values()):
        return None
    axes = Axes(chosen, is_zip)
    return axes if check_axes(log, path, axes) else None


def read_used(log: ProblemLog, path: Path, value: Any) -> tuple[str, ...]:
    """Read the list of shared parameters that an entry uses."""
    return tuple(dict.fromkeys(texts(log, path, value)))


def pick_shared(
    log: ProblemLog, path: Path, used: tuple[str, ...], shared: Parameters
) -> Parameters:
    """Return the workflow's parameters that an entry names, in the entry's order."""
    for name in used:
        if name not in shared:
            detail = f"{place_of(path)} uses the parameter '{name[:60]}', which the workflow lacks"
            hint = "Add it under the workflow's 'parameters'."
            where = (*path, "use_parameters")
            log.add(
                "unknown_parameter", detail + did_you_mean(name, list(shared)), where, hint=hint
            )
    return {name: shared[name] for name in used if name in shared}


def check_axes(log: ProblemLog, path: Path, axes: Axes) -> bool:
    """Tell whether an entry can be repeated this often, and note why not."""
    lengths = {name: len(values) for name, values in axes.values.items()}
    if len(lengths) > MAX_PARAMETERS:
        detail = f"{place_of(path)} has {len(lengths)} parameters; {MAX_PARAMETERS} are allowed."
        code, limit, hint = "too_many_parameters", MAX_PARAMETERS, "Use fewer."
        log.add(code, detail, path, hint=hint, limit=limit, actual=len(lengths))
        return False
    if axes.is_zip and len(set(lengths.values())) > 1:
        listed = ", ".join(f"{name} has {length}" for name, length in lengths.items())
        detail = f"{place_of(path)} pairs parameters of unequal length: {listed}."
        hint = "Give all the same number of values, or use parameter_mode: product."
        log.add("zip_length_mismatch", detail, path, hint=hint)
        return False
    if axes.n_rows > MAX_EXPANSIONS:
        shown = " x ".join(f"{length:,}" for length in lengths.values())
        detail = f"{place_of(path)} stands for {shown} entries; {MAX_EXPANSIONS:,} are allowed."
        hint = "Use fewer values."
        code, limit = "too_many_expansions", MAX_EXPANSIONS
        log.add(code, detail, path, hint=hint, limit=limit, actual=axes.n_rows)
        return False
    return True
