"""What people did, as pages show it."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import AuditEntry, User
from tests.factories import make_job, make_user, make_workflow

EVIL = "<img src=x onerror=alert(1)>"


def make_entry(user: User, verb: str = "start_workflow", **fields: Any) -> AuditEntry:
    given: dict[str, Any] = {"at": timezone.now(), "surface": "web", "username": user.username}
    return AuditEntry.objects.create(verb=verb, user_id=user.pk, **(given | fields))


def test_one_sees_what_oneself_did_and_staff_see_everything(page: Client, ann: User) -> None:
    make_entry(ann, "create_token")
    make_entry(make_user("bob"), "delete_workflow")
    assert "create token" in page.get("/audit").text
    assert "delete workflow" not in page.get("/audit").text
    staff = Client()
    staff.force_login(make_user("root", is_staff=True))
    assert "delete workflow" in staff.get("/audit").text
    assert "delete workflow" not in staff.get("/audit?who=ann").text


def test_a_workflow_tells_what_everybody_did_to_it(page: Client, ann: User) -> None:
    workflow = make_workflow(owner=ann)
    job = make_job(workflow)
    bob = make_user("bob")
    make_entry(bob, "cancel_job", workflow_id=workflow.pk, kind="job", object_id=job.pk)
    make_entry(bob, "delete_file", workflow_id=make_workflow(owner=bob).pk)
    text = page.get(f"/w/{workflow.pk}/audit").text
    assert "bob" in text
    assert f'href="/w/{workflow.pk}/jobs/{job.pk}"' in text
    assert "delete file" not in text
    hidden = make_workflow(owner=bob)
    assert page.get(f"/w/{hidden.pk}/audit").status_code == 404


@pytest.mark.parametrize(
    ("query", "n_rows"),
    [
        ("what=cancel", 1),
        ("what=start workflow", 2),
        ("from=cli", 1),
        ("from=nowhere", 3),
        ("what=zzz", 0),
        ("page=7", 0),
        ("entry=999999999999999999", 0),
        ("entry=x", 3),
    ],
)
def test_the_address_filters(page: Client, ann: User, query: str, n_rows: int) -> None:
    make_entry(ann)
    make_entry(ann, surface="cli", address="10.0.0.7")
    make_entry(ann, "cancel_workflow")
    answer = page.get(f"/audit?{query}")
    assert answer.status_code == 200
    assert answer.text.count('<tr id="entry-') == n_rows


def test_an_entry_has_an_address_of_its_own(page: Client, ann: User) -> None:
    first, other = make_entry(ann, summary={"n_jobs": 203}), make_entry(ann)
    text = page.get(f"/audit?entry={first.pk}").text
    assert f'id="entry-{first.pk}"' in text
    assert f'id="entry-{other.pk}"' not in text
    assert "203" in text


def test_details_are_told_in_words(page: Client, ann: User) -> None:
    summary = {
        "n_jobs": 1203,
        "n_files": 0,
        "key": "abc",
        "change": {"memory": "12g"},
        "starts": False,
    }
    make_entry(ann, summary=summary)
    text = page.get("/audit").text
    assert '<span class="muted">jobs</span> 1,203' in text
    assert "memory 12g" in text
    assert '<span class="muted">starts</span> no' in text
    assert "files" not in text
    assert "abc" not in text


def test_what_was_typed_is_text(page: Client, ann: User) -> None:
    make_entry(ann, username=EVIL, verb=EVIL, summary={EVIL: EVIL}, kind=EVIL, address=EVIL[:45])
    text = page.get(f"/audit?what={EVIL}").text
    assert "<img" not in text
    assert "&lt;img" in text


def test_it_costs_the_same_for_any_number_of_entries(page: Client, ann: User) -> None:
    workflow = make_workflow(owner=ann)
    costs = []
    for n_more in (1, 60):
        for _ in range(n_more):
            make_entry(ann, workflow_id=workflow.pk, token_id=3)
        for path in ("/audit", f"/w/{workflow.pk}/audit"):
            with CaptureQueriesContext(connection) as queries:
                assert page.get(path).status_code == 200
            costs.append(len(queries))
    assert costs[:2] == costs[2:]
    assert max(costs) <= 12
