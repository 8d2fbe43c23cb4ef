"""`torc failures` and `torc jobs rerun`, against canned answers."""

import json
from typing import Any

import pytest

from tests.unit.torc_cli.conftest import Torc
from tests.unit.torc_cli.stub import Stub, problem

MEMORY = {
    "cause": "used more memory than its limit",
    "kind": "memory",
    "n_jobs": 203,
    "n_follow_ups": 58,
    "error_line": "Killed",
    "families": [{"id": 1, "name": "train_{i}", "n_jobs": 203}],
    "return_codes": {"137": 203},
    "traits": [{"sentence": "all have lr=0.1"}],
    "remedy": {
        "sentence": "Raise memory 8g → 12g and rerun 203 jobs",
        "command": "torc jobs rerun 7 --cause 'used more memory than its limit' --memory 12g",
        "advice": "",
    },
}
KEY = {
    **MEMORY,
    "cause": "KeyError: '{n}'\x1b[2J",
    "error_line": "KeyError: '17'",
    "remedy": {"sentence": "Rerun 6 jobs", "command": "torc", "advice": "Look at n3 first."},
}
FAILURES = {"run_id": 1, "n_jobs": 406, "n_groups": 2, "groups": [MEMORY, KEY]}
PREVIEW: dict[str, Any] = {
    "workflow_id": 7,
    "run_id": 1,
    "n_jobs": 244,
    "n_selected": 203,
    "n_upstream": 0,
    "n_downstream": 41,
    "n_held_back": 0,
    "n_running": 0,
    "running": [],
    "families": [{"label": "train_{i}", "n_selected": 203, "n_upstream": 0, "n_downstream": 41}],
    "files": {"n": 3, "names": ["a", "b", "c"]},
    "user_data": {"n": 0, "names": []},
    "changes": [
        {"name": "big", "n_jobs": 203, "before": {"memory": "8g"}, "after": {"memory": "12g"}}
    ],
    "seconds": 7200.0,
    "cpu_seconds": 7200.0,
    "n_unknown": 0,
    "fingerprint": "abc",
}
DONE = {**PREVIEW, "is_active": True, "audit_id": 17}
RERUN = "POST /workflows/7/rerun"
ASK = "GET /workflows/7/rerun_preview"


@pytest.fixture(autouse=True)
def answers(stub: Stub) -> None:
    stub.on("GET /workflows/7/failures", FAILURES)
    stub.on(ASK, PREVIEW)
    stub.on(RERUN, DONE)


def test_failures_are_a_table_with_a_command_for_each(torc: Torc) -> None:
    out = torc("failures", "7").out
    assert "│ 203  │ used more memory than its limit │ 137         │ train_{i}" in out
    assert "all have lr=0.1" in out
    command = "torc jobs rerun 7 --cause 'used more memory than its limit' --memory 12g"
    assert f"\n\nRaise memory 8g → 12g and rerun 203 jobs:\n  {command}\n" in out
    assert "Look at n3 first." in out
    assert "\x1b" not in out
    assert json.loads(torc("failures", "7", "-f", "json", "-r", "1").out) == FAILURES


def test_no_failures_are_said_so(torc: Torc, stub: Stub) -> None:
    stub.on("GET /workflows/7/failures", {**FAILURES, "n_groups": 0, "groups": []})
    assert torc("failures", "7").out == "No failed jobs.\n"


def test_the_failed_jobs_are_rerun_and_a_receipt_is_printed(torc: Torc, stub: Stub) -> None:
    ran = torc("jobs", "rerun", "7")
    assert ran.code == 0
    lines = ran.out.splitlines()
    assert lines[0] == (
        "Rerun in workflow 7: reset 244 jobs: 203 selected, 41 that follow from them"
    )
    assert "     244 train_{i}" in lines
    assert "  overwrites 3 files: a, b, c" in lines
    assert "  big: memory 8g → 12g for 203 jobs" in lines
    assert "  takes about 2h 00m of CPU time" in lines
    assert "  started; audit entry 17" in lines
    assert stub.asked(RERUN)[0].json == {"start": True, "force": False}
    assert not stub.asked(ASK)


def test_every_option_reaches_the_server(torc: Torc, stub: Stub) -> None:
    words = "--job 3 --job 4,5 --status failed -s terminated --family f --name n --return-code 137"
    change = "--memory 12g --runtime PT2H --num-cpus 2 --num-gpus 1"
    torc(
        "rerun", "7", *words.split(), *change.split(), "--no-downstream", "--upstream", "--no-start"
    )
    assert stub.asked(RERUN)[0].json == {
        "job_ids": [3, 4, 5],
        "statuses": ["failed", "terminated"],
        "family": "f",
        "name": "n",
        "return_code": 137,
        "downstream": False,
        "upstream": True,
        "memory": "12g",
        "runtime": "PT2H",
        "num_cpus": 2,
        "num_gpus": 1,
        "start": False,
        "force": False,
    }


def test_a_dry_run_only_asks(torc: Torc, stub: Stub) -> None:
    stub.on(ASK, {**PREVIEW, "n_running": 12, "running": ["a", "b"], "n_held_back": 4})
    out = torc("jobs", "rerun", "7", "--dry-run", "--job", "3,4", "--memory", "12g").out
    assert out.startswith("A rerun in workflow 7 would reset 244 jobs: 203 selected, ")
    assert "12 of them run now (a, b): needs --force" in out
    assert "leaves 4 canceled jobs that wait for other unsuccessful jobs, too" in out
    assert not stub.asked(RERUN)
    assert stub.asked(ASK)[0].query["memory"] == "12g"


@pytest.mark.parametrize(
    ("n", "lines"),
    [
        (
            1,
            [
                "would reset 1 job: 1 that follows from them",
                "overwrites 1 file: a",
                "overwrites 1 user data value: b",
                "leaves 1 canceled job that waits for other unsuccessful jobs, too",
                "1 of them runs now (a): needs --force",
                "big: memory 8g → 12g for 1 job",
            ],
        ),
        (
            1250,
            [
                "would reset 1,250 jobs: 1250 that follow from them",
                "overwrites 1,250 files: a",
                "overwrites 1,250 user data values: b",
                "leaves 1250 canceled jobs that wait for other unsuccessful jobs, too",
                "1250 of them run now (a): needs --force",
                "big: memory 8g → 12g for 1,250 jobs",
            ],
        ),
    ],
)
def test_counts_agree_with_what_they_count(
    torc: Torc, stub: Stub, n: int, lines: list[str]
) -> None:
    counts = ("n_jobs", "n_downstream", "n_held_back", "n_running")
    preview = {**PREVIEW, "n_selected": 0, **dict.fromkeys(counts, n), "running": ["a"]}
    preview["files"] = {"n": n, "names": ["a"]}
    preview["user_data"] = {"n": n, "names": ["b"]}
    preview["changes"] = [{**PREVIEW["changes"][0], "n_jobs": n}]
    stub.on(ASK, preview)
    out = torc("rerun", "7", "--dry-run").out
    for line in lines:
        assert line in out


@pytest.mark.parametrize(("n_groups", "line"), [(3, "and 1 more cause"), (4, "and 2 more causes")])
def test_causes_that_are_left_out_are_counted(
    torc: Torc, stub: Stub, n_groups: int, line: str
) -> None:
    stub.on("GET /workflows/7/failures", {**FAILURES, "n_groups": n_groups})
    assert torc("failures", "7").out.endswith(f"\n\n{line}\n")


@pytest.mark.usefixtures("terminal")
def test_a_person_agrees_to_the_preview_and_to_nothing_else(
    torc: Torc, stub: Stub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin.readline", lambda: "y\n", raising=False)
    ran = torc("jobs", "rerun", "7")
    assert "Rerun 244 jobs? [y/N]" in ran.err
    assert "will reset 244 jobs" in ran.out
    assert stub.asked(RERUN)[0].json["fingerprint"] == "abc"


@pytest.mark.usefixtures("terminal")
def test_a_person_may_say_no_or_not_be_asked(
    torc: Torc, stub: Stub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin.readline", lambda: "\n", raising=False)
    assert torc("jobs", "rerun", "7").code == 4
    assert not stub.asked(RERUN)
    assert torc("jobs", "rerun", "7", "-y").code == 0
    assert "fingerprint" not in stub.asked(RERUN)[0].json


@pytest.mark.parametrize("text", ["memory than", "used more memory than its limit", "KILLED"])
def test_a_part_of_a_cause_will_do(torc: Torc, stub: Stub, text: str) -> None:
    other = {**KEY, "error_line": "KeyError: '17'"}
    stub.on("GET /workflows/7/failures", {**FAILURES, "groups": [MEMORY, other]})
    torc("jobs", "rerun", "7", "--cause", text)
    assert stub.asked(RERUN)[0].json["cause"] == MEMORY["cause"]


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (["--cause", "nothing"], "no cause matches 'nothing'"),
        (["--cause", "e"], "2 causes match 'e'"),
        (["--job", "x"], "'x' is not a job id"),
        (["--num-cpus", "many"], "--num-cpus needs a whole number"),
        (["--failed", "--status", "completed"], "--failed cannot be combined"),
    ],
)
def test_what_means_nothing_is_refused_at_once(
    torc: Torc, stub: Stub, words: list[str], what: str
) -> None:
    ran = torc("jobs", "rerun", "7", *words)
    assert ran.code == 2
    assert what in ran.err
    assert not stub.asked(RERUN)


def test_a_refusal_of_the_server_is_passed_on(torc: Torc, stub: Stub) -> None:
    stub.on(RERUN, problem(409, "nothing_to_rerun", "No job that has ended is meant."))
    ran = torc("jobs", "rerun", "7")
    assert (ran.code, "No job that has ended is meant" in ran.err) == (4, True)


def test_a_receipt_can_be_json(torc: Torc) -> None:
    assert json.loads(torc("jobs", "rerun", "7", "-f", "json").out) == DONE
