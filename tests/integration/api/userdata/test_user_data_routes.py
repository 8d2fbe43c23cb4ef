import json
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from tests.factories import make_job, make_open_result, make_started_workflow, make_user_data
from tests.integration.api.calling import BASE, Caller, caller_in, problem_of
from userdata.models import UserData
from workflows.models import Workflow

WRITTEN = '{"b": 1.50, "a":[1e3,  0.1, 12345678901234567], "ü": null}'


def test_data_comes_back_as_it_was_written(api: Caller, workflow: Workflow) -> None:
    body = f'{{"workflow_id": {workflow.pk}, "data" : {WRITTEN} , "name": "config"}}'
    created = api.post("/user_data", body)
    assert created.status_code == 200, created.content
    user_data = UserData.objects.get()
    assert user_data.data == WRITTEN
    got = api.get(f"/user_data/{user_data.pk}")
    assert WRITTEN in got.content.decode()
    listed = api.get(f"/user_data?workflow_id={workflow.pk}")
    assert WRITTEN in listed.content.decode()


def test_many_values_keep_their_texts(api: Caller, workflow: Workflow) -> None:
    items = ", ".join(
        f'{{"name":"n{n}", "workflow_id":{workflow.pk}, "data":{text}}}'
        for n, text in enumerate(["1.0", '"x"', "[ ]", "null"])
    )
    answer = api.post("/bulk_user_data", f'{{"user_data": [{items}]}}')
    assert answer.status_code == 200, answer.content
    assert list(UserData.objects.order_by("pk").values_list("data", flat=True)) == [
        *("1.0", '"x"', "[ ]", "null")
    ]
    assert [value["name"] for value in json.loads(answer.content)["user_data"]] == [
        *("n0", "n1", "n2", "n3")
    ]


def test_a_put_changes_only_what_it_names(api: Caller, workflow: Workflow) -> None:
    row = make_user_data(workflow, "config", data="null")
    changed = api.ok("PUT", f"/user_data/{row.pk}", {"data": {"x": 1}})
    assert changed["name"] == "config"
    assert changed["data"] == {"x": 1}
    assert changed["version"] == 2
    whole = {**changed, "name": "renamed", "is_ephemeral": True}
    assert api.ok("PUT", f"/user_data/{row.pk}", whole)["data"] == {"x": 1}
    row.refresh_from_db()
    assert (row.name, row.is_ephemeral, row.version) == ("renamed", True, 3)
    assert row.changed_by == "owner"


def test_explicit_null_sets_null(api: Caller, workflow: Workflow) -> None:
    row = make_user_data(workflow, data="[1]")
    assert api.ok("PUT", f"/user_data/{row.pk}", {"data": None})["data"] is None
    row.refresh_from_db()
    assert row.data == "null"


def test_each_change_bumps_the_revision(api: Caller, workflow: Workflow) -> None:
    row = make_user_data(workflow)
    api.ok("PUT", f"/user_data/{row.pk}", {"data": 1})
    workflow.refresh_from_db()
    assert workflow.revision == 2


def test_a_stale_version_changes_nothing(api: Caller, workflow: Workflow) -> None:
    row = make_user_data(workflow, data="1")
    path = f"/user_data/{row.pk}"
    tag = api.get(path).headers["ETag"]
    api.ok("PUT", path, {"data": 2}, **{"If-Match": tag})
    problem = api.refused(412, "PUT", path, {"data": 3}, **{"If-Match": tag})
    assert problem["code"] == "precondition_failed"
    assert api.refused(412, "PUT", path, {"data": 3, "version": 1})["code"] == "precondition_failed"
    row.refresh_from_db()
    assert row.data == "2"


def test_a_browser_names_the_version_it_replaces(owner: User, workflow: Workflow) -> None:
    row = make_user_data(workflow, data="1")
    client = Client()
    client.force_login(owner)
    path = f"{BASE}/user_data/{row.pk}"
    missing = client.put(path, '{"data": 2}', "application/json")
    assert missing.status_code == 428
    assert problem_of(missing)["code"] == "precondition_required"
    stored = client.put(path, '{"data": 2}', "application/json", headers={"If-Match": '"1"'})
    assert stored.status_code == 200


@pytest.mark.parametrize(
    ("text", "status", "code"),
    [
        ("[" * 65 + "]" * 65, 422, "json_too_deep"),
        ("[" * 100_000 + "]" * 100_000, 422, "json_too_deep"),
        ("9" * 5000, 422, "number_out_of_range"),
        ("9223372036854775808", 422, "number_out_of_range"),
        ("NaN", 422, "number_not_finite"),
        ("-Infinity", 422, "number_not_finite"),
        ("1e999", 422, "number_not_finite"),
        ('{"a":"\\udfff"}', 422, "lone_surrogate"),
        ('"a\\u0000b"', 422, "nul_character"),
        ('{"a":1,"a":2}', 422, "duplicate_key"),
        ("{'a':1}", 400, "malformed_json"),
        ('"' + "x" * 1024**2 + '"', 413, "payload_too_large"),
    ],
    ids=lambda value: str(value)[:12],
)
def test_values_that_cannot_be_stored_are_refused(
    api: Caller, workflow: Workflow, text: str, status: int, code: str
) -> None:
    row = make_user_data(workflow)
    body = f'{{"data": {text}}}'
    assert api.refused(status, "PUT", f"/user_data/{row.pk}", body)["code"] == code
    row.refresh_from_db()
    assert row.data == "null"


def test_a_value_may_be_nested_64_deep(api: Caller, workflow: Workflow) -> None:
    row = make_user_data(workflow)
    body = f'{{"data": {"[" * 64}{"]" * 64}}}'
    assert api.put(f"/user_data/{row.pk}", body).status_code == 200


def test_a_body_that_is_no_utf8_is_refused(api: Caller, workflow: Workflow) -> None:
    row = make_user_data(workflow)
    problem = api.refused(400, "PUT", f"/user_data/{row.pk}", b'{"data":"\xc3\x28"}')
    assert problem["code"] == "malformed_json"


def test_a_job_reads_and_writes_its_output_in_few_queries(
    owner: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    workflow = make_started_workflow(owner=owner)
    job = make_job(workflow, "writer")
    row = make_user_data(workflow, "out", outputs_of=[job])
    caller = caller_in(make_open_result(job))
    path = f"/user_data/{row.pk}"
    with django_assert_max_num_queries(3):
        assert caller.get(path).status_code == 200
    with django_assert_max_num_queries(8):
        caller.ok("PUT", path, {"data": {"done": True}})
    row.refresh_from_db()
    assert (row.data, row.changed_by) == ('{"done": true}', "job writer")


@pytest.mark.parametrize(
    "body", [{"name": "other"}, {"is_ephemeral": True}, {"data": 1, "workflow_id": 99}]
)
def test_a_job_changes_nothing_but_data(owner: User, body: Any) -> None:
    workflow = make_started_workflow(owner=owner)
    job = make_job(workflow)
    row = make_user_data(workflow, "out", outputs_of=[job])
    caller = caller_in(make_open_result(job))
    assert caller.refused(422, "PUT", f"/user_data/{row.pk}", body)["code"] == "read_only_field"


def test_lists_are_filtered_by_the_jobs_that_use_a_value(api: Caller, workflow: Workflow) -> None:
    writer, reader = make_job(workflow), make_job(workflow)
    make_user_data(workflow, "result_1", outputs_of=[writer], inputs_of=[reader])
    make_user_data(workflow, "result_2", outputs_of=[writer], is_ephemeral=True)
    make_user_data(workflow, "other")

    def names(query: str) -> list[str]:
        page = api.ok("GET", f"/user_data?workflow_id={workflow.pk}&{query}")
        return [value["name"] for value in page["items"]]

    assert names(f"consumer_job_id={reader.pk}") == ["result_1"]
    assert names(f"producer_job_id={writer.pk}") == ["result_1", "result_2"]
    assert names("name=result_") == ["result_1", "result_2"]
    assert names("is_ephemeral=true") == ["result_2"]
    assert names("sort_by=name&reverse_sort=true") == ["result_2", "result_1", "other"]


def test_new_values_are_tied_to_the_jobs_that_are_named(api: Caller, workflow: Workflow) -> None:
    job = make_job(workflow)
    path = f"/user_data?producer_job_id={job.pk}"
    api.ok("POST", path, {"workflow_id": workflow.pk, "name": "x", "data": 1})
    assert api.ok("GET", f"/jobs/{job.pk}")["output_user_data_ids"] == [UserData.objects.get().pk]
    workflow.refresh_from_db()
    assert workflow.is_graph_stale


def test_data_of_a_running_workflow_is_not_deleted(api: Caller, owner: User) -> None:
    workflow = make_started_workflow(owner=owner)
    row = make_user_data(workflow)
    assert api.refused(409, "DELETE", f"/user_data/{row.pk}")["code"] == "workflow_active"
    path = f"/user_data?workflow_id={workflow.pk}"
    assert api.refused(409, "DELETE", path)["code"] == "workflow_active"


def test_deleting_answers_what_is_gone(api: Caller, workflow: Workflow) -> None:
    row = make_user_data(workflow, "a", data="[1]")
    make_user_data(workflow, "b")
    assert api.ok("DELETE", f"/user_data/{row.pk}")["data"] == [1]
    assert api.ok("DELETE", f"/user_data?workflow_id={workflow.pk}")["count"] == 1
    assert not UserData.objects.exists()


def test_a_name_is_taken_once_per_workflow(api: Caller, workflow: Workflow) -> None:
    make_user_data(workflow, "config")
    problem = api.refused(409, "POST", "/user_data", {"workflow_id": workflow.pk, "name": "config"})
    assert problem["code"] == "name_taken"
    assert problem["pointer"] == "/name"


def test_the_data_of_a_workflow_has_a_limit(
    api: Caller, workflow: Workflow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.userdata.save.MAX_WORKFLOW_DATA_BYTES", 10_000)
    make_user_data(workflow, data='"' + "x" * 5_000 + '"')
    row = make_user_data(workflow)
    problem = api.refused(413, "PUT", f"/user_data/{row.pk}", {"data": "y" * 6_000})
    assert problem["limit"] == 10_000
