"""Dependencies that follow from inputs and outputs."""

from __future__ import annotations

import pytest

from jobs.models import FamilyEdge
from tests import factories
from tests.integration.workflows.graph.pictures import arrows
from workflows.editing.add_jobs import NewJob, add_jobs
from workflows.graph.workflow_graph import draw_graph
from workflows.lifecycle.lifecycle import initialize

pytestmark = pytest.mark.django_db


def test_what_jobs_read_and_write_makes_edges_after_initializing() -> None:
    workflow = factories.make_workflow()
    file = factories.make_file(workflow, "out")
    add_jobs(workflow.pk, [NewJob("write", "true", output_file_ids=[file.pk])])
    add_jobs(workflow.pk, [NewJob(f"r_{at}", "true", input_file_ids=[file.pk]) for at in range(45)])
    workflow.refresh_from_db()
    assert arrows(draw_graph(workflow)) == set()
    initialize(workflow.pk)
    workflow.refresh_from_db()
    assert arrows(draw_graph(workflow)) == {("write", "r_*", 45)}
    assert FamilyEdge.objects.get(source__workflow=workflow).kind == "file"
