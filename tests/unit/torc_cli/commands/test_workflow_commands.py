"""`torc workflows` and its top-level twins, against canned answers."""

import io
import json
from pathlib import Path

import pytest

from tests.unit.torc_cli.commands.progress import progress
from tests.unit.torc_cli.conftest import Torc
from tests.unit.torc_cli.stub import Stub, page, problem

CREATED = {"id": 7, "name": "w", "n_jobs": 3}
PROGRESS = progress(4, {"ready": 1, "blocked": 2}, is_started=False)


@pytest.fixture
def spec(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "w.yaml").write_text("name: w\njobs: []  # ü\n")
    return "w.yaml"


def test_create_sends_the_text_and_where_we_stand(
    torc: Torc, stub: Stub, spec: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("USER", "ada")
    stub.on("POST /workflow_specs", CREATED)
    ran = torc("workflows", "create", spec)
    assert (ran.out, ran.err) == ("Created workflow 7\n", "")
    assert stub.requests[0].json == {
        "spec": "name: w\njobs: []  # ü\n",
        "format": "yaml",
        "submission_directory": str(tmp_path),
        "user": "ada",
    }


def test_create_prints_both_names_of_the_id(torc: Torc, stub: Stub, spec: str) -> None:
    stub.on("POST /workflow_specs", CREATED)
    created = json.loads(torc("create", spec, "-f", "json").out)
    assert created == {"id": 7, "workflow_id": 7, "name": "w", "n_jobs": 3}


@pytest.mark.parametrize(
    ("name", "expected"), [("a.yml", "yaml"), ("a.json", "json"), ("a.spec", None)]
)
def test_the_format_follows_the_name(
    torc: Torc, stub: Stub, tmp_path: Path, name: str, expected: str | None
) -> None:
    (tmp_path / name).write_text("{}")
    stub.on("POST /workflow_specs", CREATED)
    torc("create", str(tmp_path / name))
    assert stub.requests[0].json["format"] == expected


def test_create_reads_stdin(torc: Torc, stub: Stub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"name: x")))
    stub.on("POST /workflow_specs", CREATED)
    assert torc("create", "-").code == 0
    assert stub.requests[0].json["spec"] == "name: x"


@pytest.mark.parametrize("words", [["create"], ["workflows", "check"], ["run"]])
def test_problems_of_a_spec_are_a_line_each(
    torc: Torc, stub: Stub, spec: str, words: list[str]
) -> None:
    problems = [
        {"code": "unknown_key", "detail": "'naem' is no key", "line": 3, "column": 5, "hint": None},
        {"code": "cycle", "detail": "a -> b -> a", "line": None, "hint": "Cut it."},
    ]
    refusal = problem(422, "bad_spec", "The spec has 2 problems.", problems=problems)
    stub.on("POST /workflow_specs", refusal)
    stub.on("POST /workflow_specs/check", refusal)
    ran = torc(*words, spec)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.splitlines() == [
        "w.yaml:3:5: 'naem' is no key (unknown_key)",
        "w.yaml: a -> b -> a (cycle) - Cut it.",
    ]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("nowhere.yaml", None, "cannot read nowhere.yaml: No such file or directory"),
        ("folder.yaml", "", "cannot read folder.yaml: Is a directory"),
        ("latin.yaml", b"name: \xfc", "latin.yaml is not UTF-8 text: byte 6"),
        ("w.kdl", b"name x", "w.kdl: specs in KDL are not read - use YAML or JSON"),
    ],
)
@pytest.mark.usefixtures("spec")
def test_a_file_that_cannot_be_read_is_named(
    torc: Torc, stub: Stub, name: str, content: bytes | str | None, message: str
) -> None:
    if isinstance(content, bytes):
        Path(name).write_bytes(content)
    elif content is not None:
        Path(name).mkdir()
    ran = torc("create", name)
    assert (ran.code, stub.requests) == (2, [])
    assert message in ran.err


def test_check_and_dry_run_store_nothing(torc: Torc, stub: Stub, spec: str) -> None:
    counts = {"n_jobs": 3, "name": "w", "is_ok": True, "warnings": ["j: asks 2 GPUs"]}
    stub.on("POST /workflow_specs/check", counts)
    ran = torc("workflows", "check", spec)
    assert (ran.out, ran.err) == ("The spec is valid.\n       3 jobs\n", "note: j: asks 2 GPUs\n")
    assert torc("create", spec, "--dry-run").code == 0
    assert {request.path for request in stub.requests} == {"/workflow_specs/check"}


def test_check_says_what_is_asked(torc: Torc, stub: Stub, spec: str) -> None:
    totals = {
        "cpu_hours": 81666.7,
        "gpu_hours": 0.0,
        "memory_gib_hours": 0.25,
        "n_jobs_without_limit": 4,
    }
    stub.on("POST /workflow_specs/check", {"n_jobs": 5, "asked": totals})
    assert torc("workflows", "check", spec).out.splitlines()[1:] == [
        "       5 jobs",
        "   81667 CPU hours requested at most",
        "    0.25 GiB hours of memory",
        "       4 jobs without a runtime limit",
    ]


@pytest.mark.parametrize(
    ("n", "lines"),
    [
        (1, "1 job, 1 family, 1 dependency, 1 job that can start at once, 1 file"),
        (2, "2 jobs, 2 families, 2 dependencies, 2 jobs that can start at once, 2 files"),
    ],
)
def test_what_a_spec_would_make_agrees_with_its_counts(
    torc: Torc, stub: Stub, spec: str, n: int, lines: str
) -> None:
    names = ("n_jobs", "n_families", "n_edges", "n_ready", "n_files")
    stub.on("POST /workflow_specs/check", dict.fromkeys(names, n))
    out = torc("workflows", "check", spec).out
    assert ", ".join(line.strip() for line in out.splitlines()[1:]) == lines


@pytest.mark.parametrize(("n", "jobs"), [(0, "0 jobs"), (1, "1 job"), (1250, "1,250 jobs")])
def test_reset_jobs_are_counted(torc: Torc, stub: Stub, n: int, jobs: str) -> None:
    stub.on("POST /workflows/7/reset_status", {})
    stub.on("POST /workflows/7/reset_job_status", {"updated_count": n})
    assert torc("workflows", "reset-status", "7").out == f"Reset {jobs} of workflow 7\n"


def test_list_leaves_archived_ones_out_unless_asked(torc: Torc, stub: Stub) -> None:
    row = {
        "id": 7,
        "name": "w",
        "description": "one\ntwo",
        "user": "somebody",
        "owner": "ada",
        "timestamp": "2026-01-02T03:04:05.678+00:00",
    }
    stub.on("GET /workflows", page(row))
    ran = torc("workflows", "list")
    assert "│ 7  │ w    │ one …       │ ada   │ 2026-01-02 03:04:05 UTC │" in ran.out
    torc("workflows", "list", "--include-archived")
    torc("workflows", "list", "--archived-only", "--user", "ada")
    assert [request.query.get("is_archived") for request in stub.requests] == [
        "false",
        None,
        "true",
    ]
    assert stub.requests[2].query["user"] == "ada"


def test_get_is_json_for_programs(torc: Torc, stub: Stub) -> None:
    stub.on("GET /workflows/7", CREATED)
    assert json.loads(torc("workflows", "get", "7").out) == CREATED


@pytest.mark.parametrize("verb", ["initialize", "initialize-jobs", "init"])
def test_initialize_says_what_became_of_the_jobs(torc: Torc, stub: Stub, verb: str) -> None:
    stub.on("POST /workflows/7/initialize_jobs", {})
    stub.on("GET /workflows/7/progress", PROGRESS)
    ran = torc("workflows", verb, "7")
    assert ran.out == "Initialized workflow 7: 1 ready, 2 blocked\n"
    assert stub.requests[0].query == {"only_uninitialized": "false"}
    printed = json.loads(torc("init", "7", "--only-uninitialized", "--force", "-f", "json").out)
    assert (printed["workflow_id"], printed["counts"]) == (7, {"ready": 1, "blocked": 2})
    assert stub.requests[2].query == {"only_uninitialized": "true", "force": "true"}


@pytest.mark.usefixtures("terminal")
@pytest.mark.parametrize(("untouched", "answer", "code"), [(True, "", 0), (False, "n\n", 4)])
def test_initialize_asks_on_a_terminal_before_it_resets(
    torc: Torc,
    stub: Stub,
    monkeypatch: pytest.MonkeyPatch,
    untouched: bool,
    answer: str,
    code: int,
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(answer))
    stub.on("GET /workflows/7/is_uninitialized", {"is_uninitialized": untouched})
    stub.on("POST /workflows/7/initialize_jobs", {})
    stub.on("GET /workflows/7/progress", PROGRESS)
    assert torc("init", "7").code == code
    assert len(stub.asked("POST /workflows/7/initialize_jobs")) == (0 if code else 1)


def test_reset_status_resets_workflow_then_jobs_then_initializes(torc: Torc, stub: Stub) -> None:
    stub.on("POST /workflows/7/reset_status", {})
    stub.on("POST /workflows/7/reset_job_status", {"updated_count": 2, "status": "success"})
    stub.on("POST /workflows/7/initialize_jobs", {})
    ran = torc("workflows", "reset-status", "7", "--failed-only", "-r", "--force")
    assert ran.out == "Reset 2 jobs of workflow 7 and initialized it\n"
    assert [(request.path.rpartition("/")[2], request.query) for request in stub.requests] == [
        ("reset_status", {"force": "true"}),
        ("reset_job_status", {"failed_only": "true", "force": "true"}),
        ("initialize_jobs", {"only_uninitialized": "true", "force": "true"}),
    ]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "initialized, not started"),
        ({"run_id": 0}, "not initialized"),
        ({"is_started": True}, "running"),
        ({"is_started": True, "is_canceled": True}, "canceled"),
        ({"is_complete": True, "counts": {"completed": 2}}, "complete"),
        ({"is_complete": True, "counts": {"completed": 2, "failed": 1}}, "complete, with failures"),
    ],
)
def test_status_says_where_a_workflow_stands(
    torc: Torc, stub: Stub, changes: dict[str, object], words: str
) -> None:
    stub.on("GET /workflows/7/progress", {**PROGRESS, **changes})
    stub.on("GET /workflows/7", CREATED)
    stub.on("GET /workflows/7/status", {"workflow_id": 7})
    assert torc("status", "7").out.startswith(f"Workflow 7 (w): {words}\n")
    assert json.loads(torc("status", "7", "-f", "json").out) == {"workflow_id": 7}


def test_status_tells_what_it_waits_for(torc: Torc, stub: Stub) -> None:
    held = {"job_id": 1, "name": "big\x1b", "why": "asks 2 GPUs, the largest node has 0"}
    progress = {**PROGRESS, "waiting_reason": "1 job is held", "unplaceable": [held]}
    stub.on("GET /workflows/7/progress", progress)
    stub.on("GET /workflows/7", CREATED)
    assert torc("workflows", "status", "7").out.splitlines()[1:] == [
        "       1 ready",
        "       2 blocked",
        "  waits: 1 job is held",
        "  big\\x1b: asks 2 GPUs, the largest node has 0",
    ]


def test_start_cancel_and_delete_reach_their_routes(torc: Torc, stub: Stub) -> None:
    stub.on("POST /workflows/7/run", {"id": 7})
    stub.on("PUT /workflows/7/cancel", {})
    stub.on("PUT /workflows/8/cancel", {})
    stub.on("DELETE /workflows/7", CREATED)
    assert torc("workflows", "start", "7").out == "Started workflow 7\n"
    assert torc("cancel", "7", "8").out == "Canceled workflows 7, 8\n"
    assert json.loads(torc("delete", "7", "-f", "json").out) == [CREATED]


def test_a_cancel_goes_on_after_a_workflow_that_is_complete_and_says_so(
    torc: Torc, stub: Stub
) -> None:
    stub.on("PUT /workflows/7/cancel", problem(409, "workflow_complete", "7 is complete."))
    stub.on("PUT /workflows/8/cancel", {})
    ran = torc("cancel", "7", "8")
    assert (ran.code, ran.out) == (4, "Canceled workflow 8\n")
    assert ran.err == "error: 7 is complete (workflow_complete)\n"


@pytest.mark.parametrize("words", ["start 7", "run 7", "run 7 --detach"])
def test_starting_a_complete_workflow_says_that_nothing_is_done(
    torc: Torc, stub: Stub, words: str
) -> None:
    stub.on("POST /workflows/7/run", problem(409, "workflow_complete", "7 is complete."))
    ran = torc(*words.split())
    assert (ran.code, ran.out) == (4, "")
    assert ran.err == "error: 7 is complete (workflow_complete)\n"


def test_delete_and_cancel_never_choose_a_workflow_themselves(
    torc: Torc, stub: Stub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TORC_WORKFLOW_ID", "7")
    assert "ID is missing" in torc("delete").err
    assert "ID is missing" in torc("cancel").err
    assert stub.requests == []
