"""The graph as files, and the way from a cell of a matrix to its job."""

from __future__ import annotations

import pytest
from django.test import Client

from jobs.models import Family, Job
from tests import factories
from tests.integration.workflows.graph.pictures import stored

pytestmark = pytest.mark.django_db


def test_files_and_positions_are_for_those_who_may_see_the_workflow(client: Client) -> None:
    workflow = stored()
    family = Family.objects.get(workflow=workflow, label="fit_{data}_{i}")
    position = f"/w/{workflow.pk}/jobs/by-position?family={family.pk}&index="
    client.force_login(workflow.owner)
    svg = client.get(f"/w/{workflow.pk}/graph.svg?split=data")
    assert svg["Content-Type"] == "image/svg+xml"
    assert svg["Content-Disposition"] == 'attachment; filename="sweep.svg"'
    assert b"fit_north_{i}" in svg.content
    assert client.get(f"/w/{workflow.pk}/graph.dot").content.startswith(b'digraph "sweep"')
    job = Job.objects.get(workflow=workflow, name="fit_north_1")
    assert client.get(f"{position}0")["Location"] == job.get_absolute_url()
    for nonsense in ("", "-1", "x", "60", "9" * 30):
        assert client.get(position + nonsense).status_code == 404
    client.force_login(factories.make_user("stranger"))
    for path in (f"/w/{workflow.pk}/graph.svg", f"/w/{workflow.pk}/graph.dot", f"{position}0"):
        assert client.get(path).status_code == 404
