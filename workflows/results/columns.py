"""The columns of the results table, and how their names and cells are written."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from workflows.results.json_paths import WHOLE, keys_of

LONGEST_CELL = 48

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
    """One column of the table."""

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
    """Whether narrow screens leave it out."""

    @property
    def path_keys(self) -> tuple[str, ...]:
        """Return the keys of the path of a column of user data."""
        return keys_of(self.name) or ()


JOB = Column("job", "Job", Source.JOB, "name")
STATUS = Column("status", "Status", Source.JOB, "status")
ATTEMPT_COLUMNS = (
    Column("return_code", "rc", Source.ATTEMPT, "return_code", is_number=True),
    Column("time", "Time", Source.ATTEMPT, "exec_seconds", is_number=True, unit="s"),
    Column("memory", "Peak mem", Source.ATTEMPT, "peak_memory_bytes", is_number=True, unit="B"),
    Column("cpu", "CPU %", Source.ATTEMPT, "avg_cpu_percent", is_number=True, is_minor=True),
    Column("node", "Node", Source.ATTEMPT, "compute_node__hostname", is_minor=True),
)
FILE_FIELDS = {
    **{column.key: column.name for column in ATTEMPT_COLUMNS},
    "node": "node",
}
"""What the columns of an attempt are called in files."""
_OTHER_FIELDS = ("job_id", "family", "reason", "parameters", "data")
_TAKEN = frozenset(column.key for column in (JOB, STATUS, *ATTEMPT_COLUMNS)) | {
    *FILE_FIELDS.values(),
    *_OTHER_FIELDS,
}


def parameter_columns(families: Iterable[Mapping[str, Sequence[Any]]]) -> list[Column]:
    """Return a column for each parameter, in the order of the families.

    Args:
        families: parameter -> values, for each family.
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
    """Return the column of the values at a path in the user data that jobs write."""
    label = "value" if path == WHOLE else path
    return Column(f"{_DATA}{path}", label, Source.DATA, path, is_number=True)


def is_number(value: object) -> bool:
    """Return whether a value counts as a number: booleans and infinite values do not."""
    is_numeric = isinstance(value, int | float) and not isinstance(value, bool)
    return is_numeric and math.isfinite(value)  # type: ignore[arg-type]


def cell_text(value: Any) -> str:
    """Return a value as a cell shows it, in one line and no longer than a cell."""
    if value is None:
        return ""
    if isinstance(value, str):
        return cut_cell(value)
    if isinstance(value, float):
        exact = repr(value)
        return exact if len(exact) <= 10 else f"{value:.6g}"
    return cut_cell(json.dumps(value, ensure_ascii=False))


def cut_cell(text: str) -> str:
    """Return a text, cut to the length of a cell."""
    return text if len(text) <= LONGEST_CELL else f"{text[: LONGEST_CELL - 1]}…"
