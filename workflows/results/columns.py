"""The columns of the results table, and how their addresses and cells are written."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from django.db.models import OuterRef, Subquery
from django.db.models.functions import Length

from jobs.models import Family, Job, JobUserData
from workflows.models import Workflow
from workflows.results.plot import sampled

WHOLE = "$"
"""The path of a value that is itself a scalar."""
MAX_PATH = 200
MAX_KEYS = 60
MAX_DEPTH = 4
LONGEST_CELL = 48
PER_FAMILY = 12
MOST_SAMPLES = 300
LONGEST_SAMPLE = 20_000

_SEGMENT = re.compile(r'"((?:[^"\\\x00-\x1f]|\\.)+)"|([^."\\\x00-\x1f]+)')
_PARAMETER = "parameter."
_DATA = "data."


class Source(Enum):
    """Where the cells of a column come from."""

    JOB = "job"
    PARAMETER = "parameter"
    ATTEMPT = "attempt"
    DATA = "data"


@dataclass(frozen=True, slots=True)
class Column:
    """One column, as addresses, tables and queries know it."""

    key: str
    """Its name in addresses."""
    label: str
    source: Source
    name: str
    """The field, the parameter or the path in the JSON that it shows."""
    is_number: bool = False
    unit: str = ""
    """`s` and `B` are written as durations and sizes."""
    is_minor: bool = False
    """Left out on a phone."""


JOB = Column("job", "Job", Source.JOB, "name")
STATUS = Column("status", "Status", Source.JOB, "status")
OUTCOME = (
    Column("return_code", "rc", Source.ATTEMPT, "return_code", is_number=True),
    Column("time", "Time", Source.ATTEMPT, "exec_seconds", is_number=True, unit="s"),
    Column("memory", "Peak mem", Source.ATTEMPT, "peak_memory_bytes", is_number=True, unit="B"),
    Column("cpu", "CPU %", Source.ATTEMPT, "avg_cpu_percent", is_number=True, is_minor=True),
    Column("node", "Node", Source.ATTEMPT, "compute_node__hostname", is_minor=True),
)
FIELDS = {
    **{one.key: one.name for one in OUTCOME},
    "node": "node",
}
"""What the columns of an attempt are called in files."""
_OTHER_FIELDS = ("job_id", "family", "reason", "parameters", "data")
_TAKEN = frozenset(one.key for one in (JOB, STATUS, *OUTCOME)) | {*FIELDS.values(), *_OTHER_FIELDS}


def parameter_columns(families: Iterable[Mapping[str, Sequence[Any]]]) -> list[Column]:
    """Return a column for each parameter, in the order in which the families bring them.

    Args:
        families: the values of each parameter, for each family.
    """
    numeric: dict[str, bool] = {}
    for parameters in families:
        for name, values in parameters.items():
            numeric[name] = numeric.get(name, True) and all(map(is_number, values))
    return [
        Column(_parameter_key(name), name, Source.PARAMETER, name, is_number=is_numeric)
        for name, is_numeric in numeric.items()
    ]


def _parameter_key(name: str) -> str:
    collides = name in _TAKEN or name.startswith((_PARAMETER, _DATA, "-"))
    return f"{_PARAMETER}{name}" if collides else name


def data_column(path: str) -> Column:
    """Return the column of what the jobs' output values have at a path."""
    label = "value" if path == WHOLE else path
    return Column(f"{_DATA}{path}", label, Source.DATA, path, is_number=True)


def is_number(value: object) -> bool:
    """Return whether a value counts as a number: no truth value, nothing infinite."""
    is_numeric = isinstance(value, int | float) and not isinstance(value, bool)
    return is_numeric and math.isfinite(value)  # type: ignore[arg-type]


def path_of(keys: Sequence[str]) -> str:
    """Return the path to a value inside objects: `metrics.loss`; odd keys are quoted."""
    if not keys:
        return WHOLE
    plain = re.compile(r'[^."\\$\x00-\x1f]+')
    return ".".join(one if plain.fullmatch(one) else json.dumps(one) for one in keys)


def keys_of(path: str) -> tuple[str, ...] | None:
    """Return the keys that a path leads through, None if it is no path."""
    if path == WHOLE:
        return ()
    keys, position = [], 0
    while position <= len(path) <= MAX_PATH:
        found = _SEGMENT.match(path, position)
        if not found:
            return None
        keys.append(found[2] if found[1] is None else _unquoted(found[0]))
        if found.end() == len(path):
            return None if "" in keys else tuple(keys)
        if path[found.end()] != ".":
            return None
        position = found.end() + 1
    return None


def _unquoted(text: str) -> str:
    try:
        return str(json.loads(text))
    except ValueError:
        return ""


def scalar_paths(samples: Iterable[Any]) -> list[str]:
    """Return the paths to the scalars of some values, those first that most of them have."""
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


def shown(value: Any) -> str:
    """Return a value as a cell shows it: numbers short, text as it is, all of it in one line."""
    if value is None:
        return ""
    if isinstance(value, str):
        return shortened(value)
    if isinstance(value, float):
        exact = repr(value)
        return exact if len(exact) <= 10 else f"{value:.6g}"
    return shortened(json.dumps(value, ensure_ascii=False))


def shortened(text: str) -> str:
    """Return a text that is no wider than a cell."""
    return text if len(text) <= LONGEST_CELL else f"{text[: LONGEST_CELL - 1]}…"


@dataclass(frozen=True, slots=True)
class Offer:
    """What can be chosen for a table."""

    families: list[tuple[int, str]]
    """Id and label."""
    parameters: list[Column]
    paths: list[str]
    """Paths to scalars in what the jobs write as user data."""


def offer_of(workflow: Workflow, family: int | None = None) -> Offer:
    """Return the columns that a table of the workflow's jobs can have, in two queries.

    Args:
        workflow: the workflow.
        family: only the columns of this family; of all if there is no such family.
    """
    found = _families(workflow)
    chosen = [one for one in found if one.pk == family] or found
    return Offer(
        families=[(one.pk, one.label) for one in found],
        parameters=parameter_columns(one.parameters for one in chosen),
        paths=scalar_paths(_outputs(workflow, _sample(chosen))),
    )


def _families(workflow: Workflow) -> list[Any]:
    """Return the families with their first and last jobs, which an index finds at once."""
    jobs = Job.objects.filter(workflow=workflow, family=OuterRef("pk")).values("pk")
    families = Family.objects.filter(workflow=workflow).order_by("position")
    ends = {"first": jobs.order_by("pk")[:1], "last": jobs.order_by("-pk")[:1]}
    return list(families.annotate(**{name: Subquery(one) for name, one in ends.items()}))


def _sample(families: Sequence[Any]) -> list[int]:
    """Return the ids of jobs from all over each family, whose ids mostly follow each other."""
    spans = [range(one.first, one.last + 1) for one in families if one.first]
    ids = {job_id for span in spans for job_id in sampled(span, PER_FAMILY)}
    return sampled(sorted(ids), MOST_SAMPLES)


def _outputs(workflow: Workflow, job_ids: Sequence[int]) -> Iterable[Any]:
    links = JobUserData.objects.filter(is_output=True).exclude(user_data__data="null")
    # Jobs that came one by one through the API have no family: any of them will do.
    of_jobs = links.filter(job__in=job_ids) if job_ids else links.filter(job__workflow=workflow)
    texts = of_jobs.annotate(size=Length("user_data__data")).filter(size__lt=LONGEST_SAMPLE)
    for text in texts.values_list("user_data__data", flat=True)[:MOST_SAMPLES]:
        yield json.loads(text)
