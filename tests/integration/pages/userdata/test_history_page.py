"""The history of a value as pages show it, and what it makes stale."""

import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import AuditEntry, User
from tests.factories import make_file, make_user_data, make_workflow
from tests.integration.pages.stale_workflow import stale_workflow
from userdata.history import Author
from userdata.models import Source, UserData
from workflows.editing.user_data import revise

EVIL = "<img src=x onerror=alert(1)>"
ANN = Author("ann", Source.PAGE)


def made(ann: User, *texts: str, name: str = "ml_config") -> tuple[UserData, str]:
    """A value with one version for each text, and the address of its page."""
    row = make_user_data(make_workflow(owner=ann), name, data=texts[0])
    for text in texts[1:]:
        assert revise(row, {"data": text}, ANN)
    return row, f"/w/{row.workflow_id}/data/{row.pk}"


def test_the_history_names_who_changed_what_and_compares_the_last_two(
    page: Client, ann: User
) -> None:
    _, path = made(ann, '{"lr": 0.001, "n": 1}', '{"lr": 0.1, "n": 1}')
    text = page.get(f"{path}/history").text
    assert "From version 1 to 2" in text
    assert "<del>-   &quot;lr&quot;: 0.001," in text
    assert "<ins>+   &quot;lr&quot;: 0.1," in text
    assert "by ann" in text
    assert ">lr</td>" in text


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("?from=1&to=3", "From version 1 to 3"),
        ("?from=3&to=1", "From version 3 to 1"),
        ("?to=2", "From version 1 to 2"),
        ("?to=1", "oldest version"),
        ("?from=x&to=99999999999999999", "From version 2 to 3"),
    ],
)
def test_the_address_names_the_versions(page: Client, ann: User, query: str, says: str) -> None:
    _, path = made(ann, "1", "2", "3")
    assert says in page.get(f"{path}/history{query}").text


def test_a_value_that_never_changed_has_nothing_to_compare(page: Client, ann: User) -> None:
    _, path = made(ann, "1")
    assert "nothing to compare" in page.get(f"{path}/history").text


def test_a_restore_makes_the_old_text_the_newest_and_leaves_an_entry(
    page: Client, ann: User
) -> None:
    row, path = made(ann, '"old"', '"new"')
    answer = page.post(f"{path}/restore", {"version": 1, "expected": 2}, follow=True)
    assert "Version 1 of ml_config is back, as version 3." in answer.text
    row.refresh_from_db()
    assert (row.data, row.version, row.restored_version) == ('"old"', 3, 1)
    entry = AuditEntry.objects.get(verb="restore_user_data")
    assert (entry.kind, entry.object_id, entry.workflow_id) == (
        "user_data",
        row.pk,
        row.workflow_id,
    )
    assert f"?entry={entry.pk}" in answer.text


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ({"version": 1, "expected": 1}, "changed by somebody else"),
        ({"version": 9, "expected": 2}, "has no version 9"),
        ({"version": "x", "expected": ""}, "has no version 0"),
    ],
)
def test_a_restore_that_would_surprise_does_nothing(
    page: Client, ann: User, form: dict[str, Any], says: str
) -> None:
    row, path = made(ann, '"old"', '"new"')
    assert says in page.post(f"{path}/restore", form, follow=True).text
    row.refresh_from_db()
    assert (row.data, row.version) == ('"new"', 2)
    assert not AuditEntry.objects.exists()


def test_an_edit_leaves_an_entry_unless_nothing_has_changed(page: Client, ann: User) -> None:
    row, path = made(ann, "1")
    page.post(f"{path}/edit", {"value": "1", "version": 1})
    assert not AuditEntry.objects.exists()
    page.post(f"{path}/edit", {"value": "2", "version": 1})
    assert AuditEntry.objects.get().object_id == row.pk


def test_the_raw_text_is_as_it_was_written(page: Client, ann: User) -> None:
    _, path = made(ann, '{"b": 1.0,\n"a":1e3}', "2")
    answer = page.get(f"{path}/raw?version=1")
    assert (answer.text, answer.headers["Content-Type"]) == (
        '{"b": 1.0,\n"a":1e3}',
        "application/json; charset=utf-8",
    )
    assert page.get(f"{path}/raw").text == "2"
    assert page.get(f"{path}/raw?version=7").status_code == 404


def test_a_long_value_can_be_folded_and_its_text_is_the_value(page: Client, ann: User) -> None:
    value = {"model": {"layers": [64, 64], "name": EVIL}, "seeds": list(range(40))}
    _, path = made(ann, json.dumps(value))
    text = page.get(path).text
    assert '<summary data-note="2 keys">' in text
    assert '<summary data-note="40 items">' in text
    assert EVIL not in text


def test_a_huge_value_is_cut_and_says_where_it_is_whole(page: Client, ann: User) -> None:
    _, path = made(ann, json.dumps({f"key_{n}": "x" * 1000 for n in range(1000)}))
    text = page.get(path).text
    assert "Too large to be shown in full" in text
    assert len(text) < 400_000


def test_hostile_names_and_values_stay_text(page: Client, ann: User) -> None:
    _, path = made(ann, json.dumps({EVIL: EVIL * 9}), json.dumps({EVIL: EVIL}), name=EVIL)
    for address in (path, f"{path}/history", f"{path}/edit"):
        text = page.get(address).text
        assert "<img" not in text
        assert "&lt;img" in text


@pytest.mark.parametrize("path", ["/raw", "/history", "/restore"])
def test_another_workflow_s_value_is_not_found(page: Client, ann: User, path: str) -> None:
    row, _ = made(ann, "1")
    other = make_workflow(owner=ann)
    address = f"/w/{other.pk}/data/{row.pk}{path}"
    answer = page.post(address) if path == "/restore" else page.get(address)
    assert answer.status_code == 404


def test_a_value_says_what_a_change_makes_stale(page: Client, ann: User) -> None:
    workflow, row = stale_workflow(ann)
    text = page.get(f"/w/{workflow.pk}/data/{row.pk}").text
    assert "makes <strong>3 completed jobs</strong> stale: 2 that read it" in text
    assert f"torc user-data update {row.pk}" in text


def test_files_tell_whether_they_are_there(page: Client, ann: User, tmp_path: Any) -> None:
    (tmp_path / "there.csv").write_text("x" * 2048)
    workflow = make_workflow(owner=ann, submission_directory=str(tmp_path))
    seen = timezone.now().timestamp()
    make_file(workflow, "there", path="there.csv")
    make_file(workflow, "gone", path="gone.csv", st_mtime=seen)
    make_file(workflow, "later", path="later.csv")
    make_file(workflow, "elsewhere", path="/no/such/folder/x")
    text = page.get(f"/w/{workflow.pk}/files").text
    for words in ("2.0 KiB", "</span> yes", "</span> gone", "</span> not yet", "unknown"):
        assert text.count(words) == 1


def cost(page: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert page.get(path).status_code == 200
    assert len(queries) <= 12, "\n".join(query["sql"] for query in queries.captured_queries)
    return len(queries)


def test_the_pages_cost_the_same_for_any_number_of_readers_and_versions(
    page: Client, ann: User
) -> None:
    costs = []
    for n in (2, 60):
        workflow, row = stale_workflow(ann, n)
        for version in range(n):
            assert revise(row, {"data": str(100 + version)}, ANN)
        value = f"/w/{workflow.pk}/data/{row.pk}"
        paths = (value, f"{value}/history", f"/w/{workflow.pk}/reinitialize")
        costs.append([cost(page, path) for path in paths])
    assert costs[0] == costs[1]
