import json

from django.test import Client

from accounts.models import ApiToken, User
from tests.factories import make_job, make_open_result, make_started_workflow, make_user_data
from tests.integration.api.calling import BASE, Caller, caller_in, problem_of
from userdata.models import UserData
from workflows.models import Workflow


def changed(api: Caller, workflow: Workflow, *texts: str) -> tuple[UserData, str]:
    """A value that had each of the texts in turn."""
    row = make_user_data(workflow, "config", data=texts[0])
    for text in texts[1:]:
        api.ok("PUT", f"/user_data/{row.pk}", f'{{"data": {text}}}')
    return row, f"/user_data/{row.pk}"


def test_the_history_says_who_changed_a_value_when_and_from_where(api: Caller, owner: User) -> None:
    workflow = make_started_workflow(owner=owner)
    job = make_job(workflow, "train")
    attempt = make_open_result(job)
    row = make_user_data(workflow, "out", data="1", outputs_of=[job])
    path = f"/user_data/{row.pk}"
    caller_in(attempt).ok("PUT", path, {"data": 22})
    api.ok("PUT", path, {"data": 3})
    client = Client()
    client.force_login(owner)
    client.put(f"{BASE}{path}", '{"data": 4, "version": 3}', "application/json")
    page = api.ok("GET", f"{path}/history")
    assert page["total_count"] == 4
    rows = [
        (version["version"], version["changed_by"], version["source"]) for version in page["items"]
    ]
    assert rows == [
        (4, "owner", "page"),
        (3, "owner", "api"),
        (2, "job train", "job"),
        (1, "", "spec"),
    ]
    by_job, by_token = page["items"][2], page["items"][1]
    assert (by_job["job_id"], by_job["result_id"]) == (job.pk, attempt.pk)
    assert by_token["token_name"] == ApiToken.objects.get().name
    assert (by_job["n_characters"], by_job["is_current"]) == (2, False)
    assert len(api.ok("GET", f"{path}/history?offset=1&limit=2")["items"]) == 2


def test_a_value_that_was_made_through_the_api_says_so(api: Caller, workflow: Workflow) -> None:
    body = {"workflow_id": workflow.pk, "name": "v", "data": 1}
    row = api.ok("POST", "/user_data", body)
    (first,) = api.ok("GET", f"/user_data/{row['id']}/history")["items"]
    assert (first["changed_by"], first["source"]) == ("owner", "api")


def test_a_version_comes_back_as_it_was_written(api: Caller, workflow: Workflow) -> None:
    _, path = changed(api, workflow, '{"b": 1.50, "a":[1e3]}', "2")
    answer = api.get(f"{path}/history/1")
    assert '"data":{"b": 1.50, "a":[1e3]}' in answer.text
    assert json.loads(answer.content)["version"] == 1
    assert api.ok("GET", f"{path}/history/2")["data"] == 2
    assert api.refused(404, "GET", f"{path}/history/3")["code"] == "version_not_found"


def test_two_versions_are_compared(api: Caller, workflow: Workflow) -> None:
    _, path = changed(api, workflow, '{"a": 1}', '{"a": 2}', '{"a": 2, "b": 3}')
    newest = api.ok("GET", f"{path}/history/diff")
    assert (newest["from_version"], newest["to_version"]) == (2, 3)
    assert newest["changes"] == [{"kind": "added", "path": "b", "old": None, "new": "3"}]
    whole = api.ok("GET", f"{path}/history/diff?from_version=1&to_version=2")
    assert [line["kind"] for line in whole["lines"]] == ["same", "removed", "added", "same"]
    problem = api.refused(422, "GET", f"{path}/history/diff?to_version=1")
    assert problem["code"] == "nothing_to_compare"


def test_an_old_version_is_restored(api: Caller, workflow: Workflow) -> None:
    _, path = changed(api, workflow, '{"a": 1.0}', "2")
    tag = api.get(path).headers["ETag"]
    answer = api.call("POST", f"{path}/restore", {"version": 1}, **{"If-Match": tag})
    assert answer.headers["ETag"] == '"3"'
    assert '{"a": 1.0}' in answer.text
    again = api.refused(412, "POST", f"{path}/restore", {"version": 2}, **{"If-Match": tag})
    assert again["code"] == "precondition_failed"
    assert api.refused(404, "POST", f"{path}/restore", {"version": 8})["status"] == 404
    newest = api.ok("GET", f"{path}/history")["items"][0]
    assert (newest["source"], newest["restored_version"]) == ("restore", 1)


def test_a_browser_names_the_version_that_a_restore_replaces(
    api: Caller, owner: User, workflow: Workflow
) -> None:
    _, path = changed(api, workflow, "1", "2")
    client = Client()
    client.force_login(owner)
    answer = client.post(f"{BASE}{path}/restore", '{"version": 1}', "application/json")
    assert answer.status_code == 428
    assert problem_of(answer)["code"] == "precondition_required"


def test_a_job_reads_the_history_and_restores_nothing(api: Caller, owner: User) -> None:
    workflow = make_started_workflow(owner=owner)
    job = make_job(workflow)
    row = make_user_data(workflow, data="1", outputs_of=[job])
    caller = caller_in(make_open_result(job))
    caller.ok("PUT", f"/user_data/{row.pk}", {"data": 2})
    assert caller.ok("GET", f"/user_data/{row.pk}/history")["count"] == 2
    problem = caller.refused(403, "POST", f"/user_data/{row.pk}/restore", {"version": 1})
    assert problem["code"] == "insufficient_scope"


def test_strangers_see_no_history(api: Caller, stranger: Caller, workflow: Workflow) -> None:
    _, path = changed(api, workflow, "1", "2")
    for tail in ("", "/1", "/diff"):
        stranger.refused(404, "GET", f"{path}/history{tail}")
    stranger.refused(404, "POST", f"{path}/restore", {"version": 1})
