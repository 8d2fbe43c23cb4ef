"""`torc user-data history` and `restore`, against canned answers."""

import json
from typing import Any

import pytest

from tests.unit.torc_cli.conftest import Torc
from tests.unit.torc_cli.stub import Stub, page

VERSION = {
    "version": 3,
    "is_current": True,
    "changed_at": "2026-03-04T05:06:07.8+00:00",
    "changed_by": "ann",
    "source": "api",
    "token_name": "laptop",
    "job_id": None,
    "result_id": None,
    "restored_version": None,
    "n_characters": 12,
}


DIFF: dict[str, Any] = {
    "from_version": 1,
    "to_version": 3,
    "lines": [
        {"kind": "gap", "text": "2 equal lines", "old_number": None, "new_number": None},
        {"kind": "same", "text": '  "a": 1,', "old_number": 3, "new_number": 3},
        {"kind": "removed", "text": '  "b": "\x1b[31m"', "old_number": 4, "new_number": None},
        {"kind": "added", "text": '  "b": 2', "old_number": None, "new_number": 4},
    ],
    "is_cut": False,
    "changes": [{"kind": "changed", "path": "b", "old": "1", "new": "2"}],
    "has_more_changes": False,
}


def test_history_lists_versions_with_their_origin(torc: Torc, stub: Stub) -> None:
    restored = {**VERSION, "version": 2, "is_current": False, "source": "restore"}
    by_job = {**VERSION, "version": 1, "is_current": False, "source": "job", "token_name": None}
    stub.on("GET /user_data/7/history", page(VERSION, {**restored, "restored_version": 1}, by_job))
    lines = torc("user-data", "history", "7").out.splitlines()
    assert "│ 3 (current) │ 2026-03-04 05:06:07 UTC │ ann        │ api, token laptop" in lines[3]
    assert "restore of version 1" in lines[4]
    assert "│ job " in lines[5]
    rows = json.loads(torc("user-data", "history", "7", "-f", "json").out)
    assert [row["version"] for row in rows] == [3, 2, 1]


@pytest.mark.parametrize(
    ("typed", "query"),
    [
        (["7", "--diff"], {}),
        (["7", "--diff", "1"], {"from_version": "1"}),
        (["--diff", "7", "1", "3"], {"from_version": "1", "to_version": "3"}),
    ],
)
def test_two_versions_are_compared(
    torc: Torc, stub: Stub, typed: list[str], query: dict[str, str]
) -> None:
    stub.on("GET /user_data/7/history/diff", DIFF)
    ran = torc("user-data", "history", *typed)
    assert ran.out.splitlines() == [
        "--- version 1",
        "+++ version 3",
        "… 2 equal lines",
        '    "a": 1,',
        '-   "b": "\\x1b[31m"',
        '+   "b": 2',
    ]
    assert stub.requests[0].query == query
    assert json.loads(torc("user-data", "history", *typed, "-f", "json").out) == DIFF


def test_equal_versions_and_large_differences_are_said(torc: Torc, stub: Stub) -> None:
    stub.on("GET /user_data/7/history/diff", {**DIFF, "lines": []}, {**DIFF, "is_cut": True})
    assert torc("user-data", "history", "7", "--diff").out == "Versions 1 and 3 are equal.\n"
    assert "too much to show every line" in torc("user-data", "history", "7", "--diff").err


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        (["history", "7", "1"], "--diff"),
        (["history", "7", "1", "x", "--diff"], "'x' is not a version"),
        (["history"], "ID is missing"),
        (["restore", "7"], "VERSION is missing"),
        (["restore", "7", "-1"], "-1"),
        (["restore", "x", "1"], "'x' is not a user data id"),
    ],
)
def test_what_is_typed_wrong_is_said(torc: Torc, stub: Stub, typed: list[str], says: str) -> None:
    ran = torc("user-data", *typed)
    assert (ran.code, ran.out, stub.requests) == (2, "", [])
    assert says in ran.err


def test_restore_names_the_version(torc: Torc, stub: Stub) -> None:
    stub.on("POST /user_data/7/restore", {"id": 7, "version": 4})
    assert torc("user-data", "restore", "7", "2").out == "Restored version 2 of user data 7\n"
    assert stub.requests[0].json == {"version": 2}
