"""What jobs ask for: requirements, failure handlers, files."""

import json
from typing import Any

import pytest

from jobs.statuses import JobStatus
from tests.factories import make_job, make_requirement
from tests.integration.api.calling import Caller
from workflows.models import Workflow


def test_requirements_that_somebody_wrote_are_limits(api: Caller, workflow: Workflow) -> None:
    body = {"workflow_id": workflow.pk, "name": "big", "num_cpus": 4, "memory": "2g"}
    made = api.ok("POST", "/resource_requirements", body)
    assert (made["memory"], made["runtime"], made["num_gpus"]) == ("2g", "P0DT1M", 0)
    row = workflow.resource_requirements.get(name="big")
    assert (row.memory_bytes, row.enforces_memory, row.enforces_runtime) == (2 << 30, True, False)
    path = f"/resource_requirements/{row.pk}"
    api.ok("PUT", path, {**made, "runtime": "PT2H"})
    row.refresh_from_db()
    assert (row.runtime_seconds, row.enforces_runtime) == (7200, True)


def test_the_defaults_that_clients_send_along_are_no_limits(
    api: Caller, workflow: Workflow
) -> None:
    body = {"workflow_id": workflow.pk, "name": "r", "memory": "1m", "runtime": "PT1M"}
    made = api.ok("POST", "/resource_requirements", body)
    row = workflow.resource_requirements.get(pk=made["id"])
    assert (row.enforces_memory, row.enforces_runtime) == (False, False)


def test_sending_requirements_back_unchanged_makes_no_limits(
    api: Caller, workflow: Workflow
) -> None:
    row = workflow.resource_requirements.get(name="default")
    path = f"/resource_requirements/{row.pk}"
    api.ok("PUT", path, {**api.ok("GET", path), "num_cpus": 2})
    row.refresh_from_db()
    assert (row.num_cpus, row.enforces_memory, row.enforces_runtime) == (2, False, False)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"memory": "much"}, "invalid_memory"),
        ({"memory": "1"}, "out_of_range"),
        ({"runtime": "1h"}, "invalid_runtime"),
        ({"num_cpus": 0}, "out_of_range"),
        ({"num_gpus": 65}, "out_of_range"),
        ({"name": ""}, "name_empty"),
        ({"tags": ["a,b"]}, "invalid_tag"),
    ],
    ids=str,
)
def test_requirements_no_machine_has_are_refused(
    api: Caller, workflow: Workflow, fields: dict[str, Any], code: str
) -> None:
    body = {"workflow_id": workflow.pk, "name": "r", **fields}
    assert api.refused(422, "POST", "/resource_requirements", body)["code"] == code


def test_requirements_in_use_are_not_deleted(api: Caller, workflow: Workflow) -> None:
    used, free = make_requirement(workflow, "used"), make_requirement(workflow, "free")
    job = make_job(workflow, requirements=used)
    assert api.refused(409, "DELETE", f"/resource_requirements/{used.pk}")["code"] == "in_use"
    listed = api.ok("GET", f"/resource_requirements?workflow_id={workflow.pk}&job_id={job.pk}")
    assert [requirements["name"] for requirements in listed["items"]] == ["used"]
    assert api.ok("DELETE", f"/resource_requirements/{free.pk}")["name"] == "free"


def test_two_requirements_may_have_one_name_but_not_default(
    api: Caller, workflow: Workflow
) -> None:
    body = {"workflow_id": workflow.pk, "name": "same"}
    first = api.ok("POST", "/resource_requirements", body)
    assert api.ok("POST", "/resource_requirements", body)["id"] != first["id"]
    body["name"] = "default"
    assert api.refused(409, "POST", "/resource_requirements", body)["code"] == "name_taken"
    path = f"/resource_requirements/{first['id']}"
    assert api.refused(409, "PUT", path, {"name": "default"})["code"] == "name_taken"


def test_failure_handlers_are_checked_and_kept_as_text(api: Caller, workflow: Workflow) -> None:
    rules = '[{"exit_codes": [137],  "max_retries": 3}]'
    body = {"workflow_id": workflow.pk, "name": "h", "rules": rules}
    made = api.ok("POST", "/failure_handlers", body)
    assert made["rules"] == rules
    assert api.ok("GET", f"/failure_handlers/{made['id']}") == made
    assert api.ok("GET", f"/workflows/{workflow.pk}/failure_handlers")["items"] == [made]
    assert api.ok("DELETE", f"/failure_handlers/{made['id']}") == made


@pytest.mark.parametrize(
    ("rules", "code"),
    [
        ("x", "invalid_rules"),
        ("{}", "invalid_rules"),
        ("[1]", "invalid_rules"),
        ('[{"exit_code": [1]}]', "unknown_field"),
        ('[{"recovery_script": "x.sh"}]', "unsupported_field"),
        ('[{"exit_codes": [999]}]', "out_of_range"),
        ('[{"max_retries": 101}]', "out_of_range"),
    ],
)
def test_rules_the_engine_would_not_follow_are_refused(
    api: Caller, workflow: Workflow, rules: str, code: str
) -> None:
    body = {"workflow_id": workflow.pk, "name": "h", "rules": rules}
    assert api.refused(422, "POST", "/failure_handlers", body)["code"] == code


def test_files_are_made_changed_and_listed(api: Caller, workflow: Workflow) -> None:
    job = make_job(workflow, status=JobStatus.UNINITIALIZED)
    items = [{"workflow_id": workflow.pk, "name": f"f{n}", "path": f"/d/{n}"} for n in range(2)]
    made = api.ok("POST", "/bulk_files", {"files": items})["files"]
    assert [file["name"] for file in made] == ["f0", "f1"]
    path = f"/files/{made[0]['id']}"
    assert api.ok("PUT", path, {**made[0], "st_mtime": 1.5})["st_mtime"] == 1.5
    assert api.ok("PUT", path, {"st_mtime": None})["st_mtime"] is None
    job.file_links.create(file_id=made[1]["id"], is_output=True)

    def names(query: str) -> list[str]:
        page = api.ok("GET", f"/files?workflow_id={workflow.pk}&{query}")
        return [file["name"] for file in page["items"]]

    assert names("is_output=true") == names(f"produced_by_job_id={job.pk}") == ["f1"]
    assert names("is_output=false") == names("path=/d/0") == names("name=f0") == ["f0"]
    assert api.ok("DELETE", path)["name"] == "f0"
    assert api.ok("DELETE", f"/files?workflow_id={workflow.pk}")["count"] == 1
    bad = {"workflow_id": workflow.pk, "name": "f", "path": "x" * 5000}
    assert api.refused(422, "POST", "/files", bad)["code"] == "path_too_long"
    assert json.dumps(made)
