"""Paths into JSON values, as addresses and columns write them: `metrics.loss`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from typing import Any

WHOLE = "$"
"""The path of a value that is itself a scalar."""


MAX_PATH = 200


MAX_KEYS = 60


MAX_DEPTH = 4


_SEGMENT = re.compile(r'"((?:[^"\\\x00-\x1f]|\\.)+)"|([^."\\\x00-\x1f]+)')


def path_of(keys: Sequence[str]) -> str:
    """Return the path to a value inside objects: `metrics.loss`; odd keys are quoted."""
    if not keys:
        return WHOLE
    plain = re.compile(r'[^."\\$\x00-\x1f]+')
    return ".".join(key if plain.fullmatch(key) else json.dumps(key) for key in keys)


def keys_of(path: str) -> tuple[str, ...] | None:
    """Return the keys that a path leads through, None if it is no path."""
    if path == WHOLE:
        return ()
    keys, position = [], 0
    while position <= len(path) <= MAX_PATH:
        match = _SEGMENT.match(path, position)
        if not match:
            return None
        keys.append(match[2] if match[1] is None else _unquoted(match[0]))
        if match.end() == len(path):
            return None if "" in keys else tuple(keys)
        if path[match.end()] != ".":
            return None
        position = match.end() + 1
    return None


def _unquoted(text: str) -> str:
    try:
        return str(json.loads(text))
    except ValueError:
        return ""


def scalar_paths(samples: Iterable[Any]) -> list[str]:
    """Return the paths to the scalars in some values, the most frequent first."""
    counts: dict[str, int] = {}
    for value in samples:
        for keys in _scalars(value, ()):
            path = path_of(keys)
            if len(path) <= MAX_PATH and keys_of(path) == keys:
                counts[path] = counts.get(path, 0) + 1
    return sorted(counts, key=lambda path: -counts[path])[:MAX_KEYS]


def _scalars(value: Any, keys: tuple[str, ...]) -> Iterable[tuple[str, ...]]:
    if isinstance(value, dict):
        if len(keys) < MAX_DEPTH:
            for key, inner in list(value.items())[:MAX_KEYS]:
                yield from _scalars(inner, (*keys, key))
    elif value is not None and not isinstance(value, list):
        yield keys
