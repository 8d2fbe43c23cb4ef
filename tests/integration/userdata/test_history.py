from datetime import UTC, datetime

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from tests.factories import make_job, make_user_data, make_workflow
from userdata import history
from userdata.history import MAX_VERSIONS, Author
from userdata.models import Source, UserData, UserDataVersion
from workflows.editing.user_data import restore, revise
from workflows.errors import Refused

pytestmark = pytest.mark.django_db

ANN = Author("ann", Source.API)
JOB = Author("job train", Source.JOB, result_id=7)


def kept(row: UserData) -> list[tuple[int, str, str]]:
    return [
        (version.version, history.text_of(row, version.version) or "", version.changed_by)
        for version in history.versions(row)
    ]


def test_a_replaced_text_is_kept_with_its_author() -> None:
    row = make_user_data(make_workflow(), data="1", changed_by="bob")
    assert revise(row, {"data": "2"}, ANN)
    assert revise(row, {"data": "3.0"}, JOB)
    assert kept(row) == [(3, "3.0", "job train"), (2, "2", "ann"), (1, "1", "bob")]
    versions = history.versions(UserData.objects.get())
    assert [version.source for version in versions] == [Source.JOB, Source.API, Source.SPEC]
    assert [version.result_id for version in versions] == [7, None, None]
    assert [version.is_current for version in versions] == [True, False, False]


def test_the_first_value_of_an_empty_output_costs_no_row() -> None:
    row = make_user_data(make_workflow())
    revise(row, {"data": "1"}, JOB)
    assert not UserDataVersion.objects.exists()
    assert kept(row) == [(2, "1", "job train")]


def test_only_the_first_empty_text_is_not_kept() -> None:
    row = make_user_data(make_workflow())
    for data in ("1", "null", "2"):
        revise(row, {"data": data}, JOB)
    assert kept(row) == [(4, "2", "job train"), (3, "null", "job train"), (2, "1", "job train")]


def test_a_write_of_what_is_there_makes_no_version() -> None:
    row = make_user_data(make_workflow(), data="1")
    assert revise(row, {"data": "1", "name": row.name}, ANN)
    row.refresh_from_db()
    row.workflow.refresh_from_db()
    assert (row.version, row.workflow.revision) == (1, 1)


def test_a_new_name_is_a_version_and_no_change_of_the_text() -> None:
    row = make_user_data(make_workflow(), data="1")
    revise(row, {"data": "2"}, JOB)
    revise(row, {"name": "other"}, ANN)
    assert kept(row) == [(3, "2", "ann"), (2, "2", "job train"), (1, "1", "")]
    fresh = UserData.objects.get()
    assert fresh.changed_revision == UserDataVersion.objects.get(version=2).changed_revision == 2


def test_a_change_by_somebody_else_is_not_lost_and_not_overlooked() -> None:
    row = make_user_data(make_workflow(), data="1")
    late = UserData.objects.get()
    revise(row, {"data": "2"}, ANN)
    assert not revise(late, {"data": "3"}, JOB, expected=1)
    assert revise(UserData.objects.get(pk=row.pk), {"data": "4"}, ANN, expected=2)
    assert revise(late, {"data": "5"}, JOB)
    assert kept(late) == [(4, "5", "job train"), (3, "4", "ann"), (2, "2", "ann"), (1, "1", "")]


def test_a_value_that_is_gone_is_not_changed() -> None:
    row = make_user_data(make_workflow(), data="1")
    UserData.objects.all().delete()
    assert not revise(row, {"data": "2"}, ANN)


def test_an_old_text_comes_back_as_a_new_version() -> None:
    row = make_user_data(make_workflow(), data='{"a": 1.0}')
    revise(row, {"data": "2"}, ANN)
    assert restore(row, 1, Author("bob", Source.PAGE))
    assert kept(row)[0] == (3, '{"a": 1.0}', "bob")
    newest = history.versions(UserData.objects.get())[0]
    assert (newest.source, newest.restored_version) == (Source.RESTORE, 1)
    assert not restore(row, 2, ANN, expected=2)
    with pytest.raises(Refused, match="no version 9"):
        restore(row, 9, ANN)


def test_a_hundred_versions_are_kept() -> None:
    assert MAX_VERSIONS == 100


def test_with_each_change_the_oldest_version_beyond_the_limit_goes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(history, "MAX_VERSIONS", 3)
    row = make_user_data(make_workflow(), data="0")
    numbers = []
    for number in range(1, 5):
        revise(row, {"data": str(number)}, ANN)
        numbers.append([version.version for version in history.versions(row)])
    assert numbers == [[2, 1], [3, 2, 1], [4, 3, 2], [5, 4, 3]]


def test_emptying_a_value_keeps_as_many_versions_as_changing_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(history, "MAX_VERSIONS", 3)
    row = make_user_data(make_workflow(), data="0")
    numbers = []
    for number in range(1, 4):
        revise(row, {"data": str(number)}, ANN)
        history.empty(UserData.objects.all(), Author("ann", Source.RUN), timezone.now())
        row.refresh_from_db()
        numbers.append([version.version for version in history.versions(row)])
    assert numbers == [[3, 2, 1], [5, 4, 3], [7, 6, 5]]


def test_large_versions_are_kept_up_to_a_total(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "MAX_BYTES", 10_000)
    row = make_user_data(make_workflow(), data=f'"{"a" * 3_000}"')
    for letter in "bcdef":
        revise(row, {"data": f'"{letter * 3_000}"'}, ANN)
    assert [version.version for version in history.versions(row)] == [6, 5, 4, 3]


@pytest.mark.parametrize("n_versions", [2, 40])
def test_a_history_costs_two_queries(
    n_versions: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    row = make_user_data(make_workflow(), data="0")
    for number in range(1, n_versions):
        revise(row, {"data": str(number)}, ANN)
    fresh = UserData.objects.get()
    with django_assert_num_queries(1):
        assert len(history.versions(fresh)) == n_versions
    with django_assert_num_queries(1):
        assert history.text_of(fresh, 1) == "0"


@pytest.mark.parametrize("n_values", [1, 600])
def test_many_values_are_emptied_and_kept(n_values: int) -> None:
    workflow = make_workflow()
    job = make_job(workflow)
    for number in range(n_values):
        make_user_data(workflow, data=str(number), is_ephemeral=True, outputs_of=[job])
    make_user_data(workflow, is_ephemeral=True, outputs_of=[job])
    now = datetime(2030, 1, 2, tzinfo=UTC)
    history.empty(UserData.objects.filter(is_ephemeral=True), Author("ann", Source.RUN), now)
    assert set(UserData.objects.values_list("data", flat=True)) == {"null"}
    assert UserDataVersion.objects.count() == n_values
    row = UserData.objects.order_by("pk")[0]
    assert kept(row) == [(2, "null", "ann"), (1, "0", "")]
    assert row.changed_at == now > timezone.now()
