"""Whoever changes a workflow holds it: archived ones refuse, and viewers hear of it."""

import pytest

from jobs.statuses import JobStatus
from tests import factories
from tests.integration.workflows.diamond import refused
from workflows.lock import changing, locked
from workflows.models import Workflow

pytestmark = pytest.mark.django_db


def hold(workflow_id: int, **options: bool) -> None:
    with changing(workflow_id, **options):
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


@pytest.mark.parametrize("may_end", [True, False])
def test_a_change_that_leaves_no_unfinished_job_ends_the_workflow(may_end: bool) -> None:
    workflow = factories.make_started_workflow()
    job = factories.make_job(workflow, status=JobStatus.BLOCKED)
    with changing(workflow.pk, may_end=may_end):
        job.delete()
    assert Workflow.objects.get().is_active == (not may_end)
