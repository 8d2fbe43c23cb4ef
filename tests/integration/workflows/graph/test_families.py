"""Families of jobs that were added one by one."""

from __future__ import annotations

import pytest

from jobs.models import Family, Job
from tests import factories
from tests.integration.workflows.graph.pictures import arrows
from workflows.editing.add_jobs import NewJob, add_jobs
from workflows.graph.workflow_graph import draw_graph
from workflows.models import Workflow

pytestmark = pytest.mark.django_db


def test_jobs_added_one_by_one_find_families_by_their_names() -> None:
    workflow = factories.make_workflow()
    first = add_jobs(workflow.pk, [NewJob(f"load_{at}", "true") for at in range(30)])
    ids = [job.pk for job in first]
    more = [NewJob(f"fit_{at}", "true", depends_on_job_ids=[ids[at]]) for at in range(30)]
    add_jobs(workflow.pk, [*more, NewJob("report", "true", depends_on_job_ids=ids)])
    workflow.refresh_from_db()
    picture = draw_graph(workflow)
    assert arrows(picture) == {("load_*", "fit_*", 30), ("load_*", "report", 30)}
    assert not Job.objects.filter(workflow=workflow, family=None).exists()
    assert not Workflow.objects.get(pk=workflow.pk).has_stale_families


def test_more_jobs_of_a_name_join_their_family_and_it_keeps_its_id() -> None:
    workflow = factories.make_workflow()
    add_jobs(workflow.pk, [NewJob(f"a_{at}", "true") for at in range(50)])
    workflow.refresh_from_db()
    draw_graph(workflow)
    family = Family.objects.get(workflow=workflow)
    add_jobs(workflow.pk, [NewJob(f"a_{at}", "true") for at in range(50, 60)])
    workflow.refresh_from_db()
    draw_graph(workflow)
    regrouped = Family.objects.get(workflow=workflow)
    assert (regrouped.pk, regrouped.n_jobs) == (family.pk, 60)
