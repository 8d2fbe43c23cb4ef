"""Whoever changes a workflow holds it: archived ones refuse, and viewers hear of it."""

import pytest
from pytest_django import DjangoAssertNumQueries

from jobs.statuses import JobStatus
from tests import factories
from tests.integration.workflows.diamond import refused
from workflows.lock import changing, changing_data, locked
from workflows.models import Workflow

pytestmark = pytest.mark.django_db


def hold(workflow_id: int, **options: bool) -> None:
    with changing(workflow_id, **options):
        pass


def hold_data(workflow_id: int) -> None:
    with changing_data(workflow_id):
        pass


def test_a_change_raises_the_revision_once_before_its_block() -> None:
    workflow = factories.make_workflow()
    with changing(workflow.pk):
        assert Workflow.objects.get().revision == 2
    assert Workflow.objects.get().revision == 2


def test_a_change_that_fails_leaves_the_revision() -> None:
    workflow = factories.make_workflow()
    with pytest.raises(ZeroDivisionError), changing(workflow.pk):
        raise ZeroDivisionError
    assert Workflow.objects.get().revision == 1


def test_holding_alone_changes_nothing() -> None:
    workflow = factories.make_workflow()
    with locked(workflow.pk) as held:
        assert held == workflow
    assert Workflow.objects.get().revision == 1


def test_an_archived_workflow_can_only_be_held_on_purpose() -> None:
    workflow = factories.make_workflow(is_archived=True)
    refused("workflow_archived", lambda: hold(workflow.pk))
    assert Workflow.objects.get().revision == 1
    hold(workflow.pk, even_archived=True)
    assert Workflow.objects.get().revision == 2


def test_a_workflow_that_is_not_there_or_half_stored_is_missing() -> None:
    half = factories.make_workflow(is_stored=False)
    for workflow_id in (half.pk, 4711):
        assert refused("workflow_not_found", lambda pk=workflow_id: hold(pk)).kind == "missing"  # type: ignore[misc]


def test_a_change_that_leaves_no_unfinished_job_ends_the_workflow() -> None:
    workflow = factories.make_started_workflow()
    job = factories.make_job(workflow, status=JobStatus.BLOCKED)
    with changing(workflow.pk):
        job.delete()
    assert not Workflow.objects.get().is_active


def test_a_change_of_data_raises_the_revision_in_one_statement(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    workflow = factories.make_workflow()
    with django_assert_num_queries(3), changing_data(workflow.pk):  # beside a savepoint and its end
        pass
    assert Workflow.objects.get().revision == 2


def test_data_of_an_archived_or_missing_workflow_cannot_be_changed() -> None:
    workflow = factories.make_workflow(is_archived=True)
    refused("workflow_archived", lambda: hold_data(workflow.pk))
    assert refused("workflow_not_found", lambda: hold_data(4711)).kind == "missing"
    assert Workflow.objects.get().revision == 1
