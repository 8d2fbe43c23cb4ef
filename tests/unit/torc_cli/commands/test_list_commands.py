"""The columns of `torc files list`, `events list` and the other lists, against canned answers."""

import json

import pytest

from tests.unit.torc_cli.conftest import Torc
from tests.unit.torc_cli.stub import Stub, page


@pytest.mark.parametrize(
    ("words", "path", "row", "cells"),
    [
        (
            "files list 7",
            "/files",
            {"id": 1, "name": "f", "path": "/x/f", "st_mtime": 1767225600.0},
            ["1", "f", "/x/f", "2026-01-01 00:00:00 UTC"],
        ),
        (
            "events list 7",
            "/events",
            {"id": 1, "timestamp": 1767225600000, "data": {"type": "job_started"}},
            ["1", "2026-01-01 00:00:00 UTC", '{"type": "job_started"}'],
        ),
        (
            "resource-requirements list 7",
            "/resource_requirements",
            {
                "id": 1,
                "name": "small",
                "num_cpus": 1,
                "num_gpus": 0,
                "num_nodes": 1,
                "memory": "1g",
                "runtime": "PT5M",
            },
            ["1", "small", "1", "0", "1", "1g", "PT5M"],
        ),
        (
            "compute-nodes list",
            "/compute_nodes",
            {
                "id": 1,
                "hostname": "n1",
                "pid": 42,
                "num_cpus": 8,
                "memory_gb": 15.5,
                "num_gpus": 0,
                "is_active": True,
                "start_time": "2026-01-01T00:00:00.1+00:00",
                "duration_seconds": 7260.0,
            },
            ["1", "n1", "42", "8", "15.5", "0", "yes", "2026-01-01 00:00:00 UTC", "2h 01m"],
        ),
        (
            "tokens list",
            "/tokens",
            {
                "id": 1,
                "name": "ci",
                "prefix": "abcdefgh",
                "scope": "run",
                "created_at": "c",
                "expires_at": None,
                "last_used_at": None,
                "revoked_at": None,
            },
            ["1", "ci", "torc_pat_abcdefgh_…", "run", "c UTC", "never", "never", ""],
        ),
    ],
)
def test_lists_print_their_columns(
    torc: Torc, stub: Stub, words: str, path: str, row: dict[str, object], cells: list[str]
) -> None:
    stub.on(f"GET {path}", page(row))
    lines = torc(*words.split()).out.splitlines()
    assert [cell.strip() for cell in lines[3].strip("│").split("│")] == cells
    assert json.loads(torc(*words.split(), "-f", "json").out) == [row]
