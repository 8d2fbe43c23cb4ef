"""`torc user-data`, in and outside of a job."""

import io
import json
from pathlib import Path

import pytest

from tests.unit.torc_cli.conftest import Torc
from tests.unit.torc_cli.stub import Stub, page

AS_WRITTEN = '{"id": 3, "workflow_id": 1, "name": "cfg", "data": {"rate": 1.0e-3, "b": 1}}'
RECORD = {"id": 3, "workflow_id": 1, "name": "cfg", "data": {"z": 1.5, "a": [1]}}


@pytest.fixture
def in_job(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TORC_JOB_ID", "8")
    monkeypatch.setenv("TORC_WORKFLOW_ID", "1")


def test_get_hands_the_record_on_as_it_came(torc: Torc, stub: Stub) -> None:
    stub.on("GET /user_data/3", (200, AS_WRITTEN))
    assert torc("user-data", "get", "3").out == AS_WRITTEN + "\n"


def test_data_only_prints_the_data_as_it_was_written(torc: Torc, stub: Stub) -> None:
    stub.on("GET /user_data/3", (200, AS_WRITTEN))
    assert torc("user-data", "get", "3", "--data-only").out == '{"rate": 1.0e-3, "b": 1}\n'


def test_data_only_prints_null_where_nothing_is_stored(torc: Torc, stub: Stub) -> None:
    stub.on("GET /user_data/3", {"id": 3, "name": "cfg"})
    assert torc("user-data", "get", "3", "--data-only").out == "null\n"


@pytest.mark.usefixtures("terminal")
def test_get_is_for_people_on_a_terminal(torc: Torc, stub: Stub) -> None:
    stub.on("GET /user_data/3", RECORD)
    assert "name: cfg\ndata:\n{\n" in torc("user-data", "get", "3").out
    assert json.loads(torc("user-data", "get", "3", "-f", "json").out) == RECORD


def test_list_is_the_tutorials_table(torc: Torc, stub: Stub) -> None:
    row = {"id": 1, "workflow_id": 1, "name": "ml_config", "is_ephemeral": False}
    stub.on("GET /user_data", page(row))
    ran = torc("user-data", "list", "1")
    assert ran.out.splitlines()[:3] == [
        "╭────┬───────────┬──────┬─────────────╮",
        "│ ID │ Name      │ Data │ Workflow ID │",
        "├────┼───────────┼──────┼─────────────┤",
    ]
    assert "│ 1  │ ml_config │ null │ 1           │" in ran.out


def test_list_as_json_is_a_bare_array_with_data_in_its_order(torc: Torc, stub: Stub) -> None:
    stub.on("GET /user_data", page(RECORD, {"id": 4, "name": "n"}))
    rows = json.loads(torc("user-data", "list", "1", "-f", "json").out)
    assert list(rows[0]["data"]) == ["z", "a"]
    assert rows[1]["data"] is None


def test_an_empty_list_is_a_sentence_or_an_empty_array(torc: Torc, stub: Stub) -> None:
    stub.on("GET /user_data", page())
    assert torc("user-data", "list", "1").out == "No user data.\n"
    assert torc("user-data", "list", "1", "-f", "json").out == "[]\n"


@pytest.mark.parametrize(
    "data",
    ["null", '{"b": 1.0, "a": 1e5}', "-0", "[1,\n 2]", '"text"', "12345678901234567890123"],
)
def test_update_sends_the_text_as_typed_in_one_put(torc: Torc, stub: Stub, data: str) -> None:
    stub.on("PUT /user_data/3", RECORD)
    ran = torc("user-data", "update", "3", "--data", data)
    assert (ran.code, ran.out) == (0, "Updated user data 3\n")
    assert [(request.method, request.body) for request in stub.requests] == [
        ("PUT", f'{{"data": {data}}}')
    ]


def test_update_reads_files_and_stdin(
    torc: Torc, stub: Stub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stub.on("PUT /user_data/3", RECORD)
    (tmp_path / "v.json").write_text('{"from": "file"}\n')
    assert torc("user-data", "update", "3", "--data", f"@{tmp_path}/v.json").code == 0
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"[2]")))
    assert torc("user-data", "update", "3", "--data", "-").code == 0
    assert [request.json for request in stub.requests] == [
        {"data": {"from": "file"}},
        {"data": [2]},
    ]


def test_update_changes_name_and_mark_alone(torc: Torc, stub: Stub) -> None:
    stub.on("PUT /user_data/3", RECORD)
    torc("user-data", "update", "3", "--name", 'a"b', "--no-ephemeral")
    assert stub.requests[0].json == {"name": 'a"b', "is_ephemeral": False}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--data", '{"a": 1,}'], "--data is not JSON: line 1, column 9: "),
        (["--data", '{"a":\n oops}'], "--data is not JSON: line 2, column 2: Expecting value"),
        (["--data", ""], "--data is empty - to store nothing, write null"),
        (["--data", "NaN"], "NaN is not JSON"),
        (["--data", '"\udc80"'], "--data is not UTF-8"),
        (["--data", "@nowhere.json"], "cannot read nowhere.json: No such file or directory"),
        ([], "there is nothing to update"),
    ],
)
def test_bad_data_never_leaves_the_machine(
    torc: Torc, stub: Stub, options: list[str], message: str
) -> None:
    ran = torc("user-data", "update", "3", *options)
    assert ran.code == 2
    assert message in ran.err
    assert ran.err.count("\n") == 1
    assert stub.requests == []


def test_create_needs_a_name_and_links_jobs(torc: Torc, stub: Stub) -> None:
    stub.on("POST /user_data", RECORD)
    assert torc("user-data", "create", "1", "-d", "1").code == 2
    ran = torc("user-data", "create", "1", "-n", "cfg", "-d", "1.0", "--producer-job-id", "9")
    assert ran.out == "Created user data 3\n"
    assert stub.requests[0].query == {"producer_job_id": "9"}
    assert stub.requests[0].body == '{"workflow_id": 1, "data": 1.0, "name": "cfg"}'


@pytest.mark.usefixtures("in_job")
@pytest.mark.parametrize(
    ("text", "side"), [("input.r_1", "consumer_job_id"), ("output.r_1", "producer_job_id")]
)
def test_names_mean_what_the_job_reads_or_writes(
    torc: Torc, stub: Stub, text: str, side: str
) -> None:
    near = {"id": 5, "name": "r_10", "data": 10}
    stub.on("GET /user_data", page(near, {"id": 4, "name": "r_1", "data": 1}))
    assert json.loads(torc("user-data", "get", text).out) == {"id": 4, "name": "r_1", "data": 1}
    assert stub.requests[0].query == {"workflow_id": "1", side: "8", "name": "r_1"}
    assert torc("user-data", "get", text, "--data-only").out == "1\n"


@pytest.mark.usefixtures("in_job")
def test_update_resolves_a_name_too(torc: Torc, stub: Stub) -> None:
    stub.on("GET /user_data", page({"id": 4, "name": "r", "data": None}))
    stub.on("PUT /user_data/4", RECORD)
    assert torc("user-data", "update", "output.r", "--data", "1").out == "Updated user data 4\n"


@pytest.mark.usefixtures("in_job")
def test_a_name_the_job_does_not_have_names_the_nearest(torc: Torc, stub: Stub) -> None:
    stub.on("GET /user_data", page(), page({"id": 4, "name": "result_1", "data": None}))
    ran = torc("user-data", "get", "input.reslt_1")
    assert ran.code == 4
    assert "no input user data named 'reslt_1' - did you mean `result_1`?" in ran.err


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("input.r", "'input.r' works only inside a job"),
        ("other.r", "'other.r' is not a user data id"),
        ("ml_config", "'ml_config' is not a user data id - ids are whole numbers; see `torc user"),
    ],
)
def test_outside_a_job_only_ids_are_understood(torc: Torc, text: str, message: str) -> None:
    ran = torc("user-data", "get", text)
    assert ran.code == 2
    assert message in ran.err


def test_a_list_in_a_job_is_of_its_workflow(
    torc: Torc, stub: Stub, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "WORKFLOW_ID is missing" in torc("user-data", "list").err
    monkeypatch.setenv("TORC_WORKFLOW_ID", "7")
    stub.on("GET /user_data", page())
    torc("user-data", "list")
    assert stub.requests[0].query["workflow_id"] == "7"


@pytest.mark.usefixtures("terminal")
@pytest.mark.parametrize(
    ("answer", "options", "n_deleted"),
    [("n\n", [], 0), ("", [], 0), ("y\n", [], 1), ("n\n", ["-y"], 1), ("n\n", ["-f", "json"], 1)],
)
def test_delete_asks_on_a_terminal(
    torc: Torc,
    stub: Stub,
    monkeypatch: pytest.MonkeyPatch,
    answer: str,
    options: list[str],
    n_deleted: int,
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(answer))
    stub.on("DELETE /user_data/3", RECORD)
    assert torc("user-data", "delete", "3", *options).code == (0 if n_deleted else 4)
    assert len(stub.requests) == n_deleted


def test_delete_without_a_terminal_never_asks(torc: Torc, stub: Stub) -> None:
    stub.on("DELETE /user_data/3", RECORD)
    assert torc("user-data", "delete", "3").out == "Deleted user data 3\n"
