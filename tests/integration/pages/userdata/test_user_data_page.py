import pytest
from django.test import Client

from accounts.models import User
from jobs.statuses import JobStatus
from pages.templatetags.values import indented
from tests.factories import make_file, make_job, make_user_data, make_workflow
from userdata.history import Author
from userdata.models import Source, UserData
from workflows.editing.user_data import revise

EVIL = '"<script>alert(1)</script>"'


def made(ann: User, data: str = "null") -> tuple[UserData, str]:
    workflow = make_workflow(owner=ann)
    writer = make_job(workflow, "writer")
    readers = [make_job(workflow, f"reader_{n}", status=JobStatus.COMPLETED) for n in range(3)]
    row = make_user_data(workflow, "ml_config", data=data, outputs_of=[writer], inputs_of=readers)
    return row, f"/w/{workflow.pk}/data/{row.pk}"


def test_the_list_tells_value_writers_and_readers(page: Client, ann: User) -> None:
    row, _ = made(ann, '{"lr": 0.001}')
    text = page.get(f"/w/{row.workflow_id}/data").text
    assert "{&quot;lr&quot;: 0.001}" in text
    assert ">writer</a>" in text
    assert ">reader_0</a> and 2 others" in text


def test_an_edit_saves_the_text_as_it_was_typed(page: Client, ann: User) -> None:
    row, path = made(ann)
    assert "null" in page.get(f"{path}/edit").text
    typed = '{"b": 1.0,\r\n "a": 12345678901234567}'
    answer = page.post(f"{path}/edit", {"value": typed, "version": 1}, follow=True)
    assert "saved as version 2" in answer.text
    assert "3 completed jobs had read the old value" in answer.text
    row.refresh_from_db()
    assert row.data == typed.replace("\r\n", "\n")
    assert (row.version, row.changed_by) == (2, "ann")


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ('{"a": 1,}', "Line 1, column"),
        ('{"a": 1}\n{', "Line 2, column"),
        ('{"a": 1, "a": 2}', "a"),
        ("NaN", "NaN"),
        ("", "such as null"),
        ('"' + "x" * (2 << 20) + '"', "bytes"),
    ],
)
def test_a_wrong_value_is_refused_and_stays_in_the_form(
    page: Client, ann: User, typed: str, says: str
) -> None:
    row, path = made(ann)
    answer = page.post(f"{path}/edit", {"value": typed, "version": 1})
    assert answer.status_code == 422
    assert says in answer.text
    assert typed[:20].replace('"', "&quot;") in answer.text
    row.refresh_from_db()
    assert (row.data, row.version) == ("null", 1)


def test_a_conflict_shows_both_and_saves_nothing_before_a_second_yes(
    page: Client, ann: User
) -> None:
    row, path = made(ann, '"old"')
    revise(row, {"data": '"theirs"'}, Author("job writer", Source.JOB))
    answer = page.post(f"{path}/edit", {"value": '"mine"', "version": 1})
    assert answer.status_code == 409
    assert "&quot;theirs&quot;" in answer.text
    assert "&quot;mine&quot;" in answer.text
    assert "job writer" in answer.text
    assert 'name="version" value="2"' in answer.text
    row.refresh_from_db()
    assert row.data == '"theirs"'
    page.post(f"{path}/edit", {"value": '"mine"', "version": 2})
    row.refresh_from_db()
    assert (row.data, row.version) == ('"mine"', 3)


@pytest.mark.parametrize("version", ["", "x", "-1", "99999999999999999999"])
def test_a_form_without_its_version_saves_nothing(page: Client, ann: User, version: str) -> None:
    row, path = made(ann)
    answer = page.post(f"{path}/edit", {"value": "1", "version": version})
    assert answer.status_code == 422
    row.refresh_from_db()
    assert row.data == "null"


def test_a_save_moves_the_revision_that_pages_follow(page: Client, ann: User) -> None:
    row, path = made(ann)
    before = row.workflow.revision
    page.post(f"{path}/edit", {"value": "1", "version": 1})
    row.workflow.refresh_from_db()
    assert row.workflow.revision > before


def test_values_are_text(page: Client, ann: User) -> None:
    row, path = made(ann, EVIL)
    for address in (f"/w/{row.workflow_id}/data", path, f"{path}/edit"):
        text = page.get(address).text
        assert "<script>alert" not in text
        assert "&lt;script&gt;" in text


def test_a_value_of_another_workflow_is_not_found(page: Client, ann: User) -> None:
    row, _ = made(ann)
    other = make_workflow(owner=ann)
    for path in ("", "/edit"):
        assert page.get(f"/w/{other.pk}/data/{row.pk}{path}").status_code == 404


def test_files_are_listed_with_those_who_use_them(page: Client, ann: User) -> None:
    workflow = make_workflow(owner=ann)
    make_file(workflow, "raw", path="/data/raw.csv", inputs_of=[make_job(workflow, "load")])
    text = page.get(f"/w/{workflow.pk}/files").text
    assert "/data/raw.csv" in text
    assert ">load</a>" in text
    assert "not seen yet" in text


def test_long_values_are_shown_on_several_lines_with_their_numbers_untouched() -> None:
    text = '{"learning_rate": 1e-3, "n": 12345678901234567890, "s": "a, {b}: c", "e": [], "l": [1]}'
    assert indented(text) == (
        '{\n  "learning_rate": 1e-3,\n  "n": 12345678901234567890,\n  "s": "a, {b}: c",\n'
        '  "e": [],\n  "l": [\n    1\n  ]\n}'
    )
    assert indented('{"a": 1}') == '{"a": 1}'
