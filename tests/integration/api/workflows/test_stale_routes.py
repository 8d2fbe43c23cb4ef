from pathlib import Path

import pytest

from accounts.models import AuditEntry, User
from jobs.models import Result
from tests import factories
from tests.integration.api.calling import Caller
from tests.integration.workflows.runs import pipeline, run_all, words
from userdata.models import UserData
from workflows.models import Workflow


@pytest.fixture
def ended(tmp_path: Path, owner: User) -> Workflow:
    """A workflow that has run, with an edited value."""
    made = pipeline(tmp_path)
    Workflow.objects.update(owner=owner)
    run_all(made)
    return made


def path_of(workflow: Workflow, action: str = "process_changed_job_inputs") -> str:
    return f"/workflows/{workflow.pk}/{action}"


def edit(api: Caller, name: str) -> None:
    api.ok("PUT", f"/user_data/{UserData.objects.get(name=name).pk}", {"data": "new"})


def test_stale_jobs_are_listed_with_their_reasons(api: Caller, ended: Workflow) -> None:
    edit(api, "config")
    answer = api.ok("GET", path_of(ended, "stale_jobs"))
    assert answer["total_count"] == 5
    first = answer["items"][0]
    assert (first["name"], first["status"], first["is_follower"]) == ("prepare", "completed", False)
    (cause,) = first["causes"]
    assert (cause["kind"], cause["target_id"]) == (
        "user_data",
        UserData.objects.get(name="config").pk,
    )
    assert cause["sentence"].startswith("reads config, which owner changed at 20")
    rest = api.ok("GET", f"{path_of(ended, 'stale_jobs')}?offset=1&limit=2")
    assert [job["causes"][0]["kind"] for job in rest["items"]] == ["upstream", "upstream"]
    assert (rest["count"], rest["has_more"]) == (2, True)


def test_a_dry_run_names_them_and_leaves_no_trace(api: Caller, ended: Workflow) -> None:
    edit(api, "other")
    n_entries, revision = AuditEntry.objects.count(), Workflow.objects.get().revision
    answer = api.ok("POST", f"{path_of(ended)}?dry_run=true")
    assert answer == {"reinitialized_jobs": ["alone"], "n_reset": 0}
    assert set(words(ended).values()) == {"completed"}
    assert AuditEntry.objects.count() == n_entries
    assert Workflow.objects.get().revision == revision


def test_stale_jobs_become_ready_again(api: Caller, ended: Workflow) -> None:
    edit(api, "other")
    answer = api.ok("POST", path_of(ended))
    assert answer == {"reinitialized_jobs": ["alone"], "n_reset": 1}
    assert words(ended)["alone"] == "ready"
    entry = AuditEntry.objects.get(verb="reinitialize_workflow")
    assert (entry.workflow_id, entry.summary["n_reset"]) == (ended.pk, 1)
    assert api.ok("POST", path_of(ended)) == {"reinitialized_jobs": [], "n_reset": 0}


def test_it_starts_them_if_asked(api: Caller, ended: Workflow) -> None:
    edit(api, "other")
    api.ok("POST", f"{path_of(ended)}?start=true")
    assert Result.objects.open().get().job.name == "alone"


def test_a_missing_input_is_a_conflict(api: Caller, ended: Workflow, tmp_path: Path) -> None:
    (tmp_path / "raw.csv").unlink()
    assert api.refused(409, "POST", path_of(ended))["code"] == "missing_input_files"
    assert api.ok("POST", f"{path_of(ended)}?force=true")["n_reset"] == 5


def test_what_others_own_is_not_there(api: Caller, stranger: Caller, ended: Workflow) -> None:
    stranger.refused(404, "GET", path_of(ended, "stale_jobs"))
    stranger.refused(404, "POST", path_of(ended))
    other = factories.make_workflow()
    api.refused(404, "POST", path_of(other))
