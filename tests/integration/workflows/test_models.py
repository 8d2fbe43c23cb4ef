"""A rule about workflows that Python, the ORM and raw SQL all follow says the same in each."""

from itertools import product

import pytest
from django.utils import timezone

from database.sql import fetch
from jobs import sql
from tests import factories
from workflows.models import IS_ACTIVE, Workflow

pytestmark = pytest.mark.django_db


def test_property_query_and_sql_agree_which_workflows_are_active() -> None:
    moments = (None, timezone.now())
    for is_started, is_canceled, started_at, ended_at in product(
        (False, True), (False, True), moments, moments
    ):
        factories.make_workflow(
            is_started=is_started, is_canceled=is_canceled, started_at=started_at, ended_at=ended_at
        )
    active = {workflow.pk for workflow in Workflow.objects.all() if workflow.is_active}
    assert len(active) == 4
    assert set(Workflow.objects.active().values_list("pk", flat=True)) == active
    rows = fetch(f"SELECT w.id FROM workflows_workflow w WHERE {sql.IS_ACTIVE}")
    assert {row[0] for row in rows} == active


def test_the_index_of_active_workflows_follows_the_rule() -> None:
    conditions = {index.name: index.condition for index in Workflow._meta.indexes}
    assert conditions["workflow_active"] == IS_ACTIVE


@pytest.mark.parametrize("keeps_cancellation", [False, True])
def test_a_workflow_that_forgets_its_start_is_like_a_new_one(keeps_cancellation: bool) -> None:
    now = timezone.now()
    workflow = factories.make_started_workflow(ended_at=now, is_canceled=True)
    workflow.forget_start(keeps_cancellation=keeps_cancellation)
    workflow.refresh_from_db()
    new = factories.make_workflow()
    names = ("is_started", "started_at", "ended_at", "is_active")
    assert [getattr(workflow, name) for name in names] == [getattr(new, name) for name in names]
    assert workflow.is_canceled == keeps_cancellation
