"""A preview counts what a rerun would do, and changes nothing."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jobs.models import Job, ResourceRequirements
from tests import factories
from tests.integration.workflows.rerun.sweep import S, Sweep
from workflows.errors import Refused
from workflows.models import Workflow
from workflows.rerun.options import RerunOptions
from workflows.rerun.preview import preview_rerun
from workflows.rerun.resource_change import ResourceChange
from workflows.rerun.selection import Selection

pytestmark = pytest.mark.django_db

MAX_QUERIES = 14


def test_jobs_are_counted_by_family(sweep: Sweep) -> None:
    families = sweep.preview().families
    assert [(family.label, family.n_selected, family.n_downstream) for family in families] == [
        ("train_{i}", 2, 0),
        ("eval_{i}", 0, 2),
        ("report", 0, 1),
    ]


def test_a_preview_changes_nothing(sweep: Sweep) -> None:
    before = sweep.statuses()
    with CaptureQueriesContext(connection) as queries:
        sweep.preview(with_upstream=True, change=ResourceChange(memory="2g"))
    assert all(query["sql"].lstrip().startswith(("SELECT", "WITH")) for query in queries)
    assert sweep.statuses() == before


def test_files_and_values_that_will_be_written_again_are_named(sweep: Sweep) -> None:
    workflow = sweep.workflow
    factories.make_file(workflow, "seen", outputs_of=[sweep.train[0]], st_mtime=1.0)
    factories.make_file(workflow, "never seen", outputs_of=[sweep.train[1]])
    factories.make_file(workflow, "of others", outputs_of=[sweep.train[3]], st_mtime=1.0)
    factories.make_user_data(workflow, "value", data="7", outputs_of=[sweep.eval[0]])
    factories.make_user_data(workflow, "empty", outputs_of=[sweep.eval[1]])
    preview = sweep.preview()
    assert (preview.files.n, preview.files.names) == (1, ["seen"])
    assert (preview.user_data.n, preview.user_data.names) == (1, ["value"])


def test_the_hours_are_those_that_such_jobs_took(sweep: Sweep) -> None:
    ResourceRequirements.objects.update(num_cpus=4)
    preview = sweep.preview()
    assert preview.seconds == 4 * 3600.0
    assert preview.cpu_seconds == 16 * 3600.0
    assert preview.n_unknown == 1  # no report has ever been written
    doubled = sweep.preview(change=ResourceChange(num_cpus=8))
    assert doubled.cpu_seconds == (2 * 8 + 2 * 4) * 3600.0


def test_the_fingerprint_changes_with_what_a_rerun_would_do(sweep: Sweep) -> None:
    fingerprint = sweep.preview().fingerprint
    assert sweep.preview().fingerprint == fingerprint
    assert sweep.preview(change=ResourceChange(memory="2g")).fingerprint != fingerprint
    assert sweep.preview(Selection(statuses=(S.FAILED,))).fingerprint != fingerprint
    Job.objects.filter(name="train_2").update(status=S.FAILED)
    assert sweep.preview().fingerprint != fingerprint


def test_archived_and_changed_workflows_have_no_preview(sweep: Sweep) -> None:
    for field, code in (("is_archived", "workflow_archived"), ("is_graph_stale", "graph_stale")):
        Workflow.objects.update(**{field: True})
        sweep.workflow.refresh_from_db()
        with pytest.raises(Refused) as refused:
            sweep.preview()
        assert refused.value.code == code
        Workflow.objects.update(**{field: False})


@pytest.mark.parametrize("n_jobs", [20, 400])
def test_a_preview_costs_the_same_queries_for_any_number_of_jobs(n_jobs: int) -> None:
    workflow = factories.make_started_workflow()
    first = [factories.make_job(workflow, status=S.FAILED) for _ in range(n_jobs)]
    factories.make_job(workflow, status=S.CANCELED, depends_on=first)
    options = RerunOptions(with_upstream=True, change=ResourceChange(memory="2g"))
    with CaptureQueriesContext(connection) as queries:
        preview = preview_rerun(workflow, Selection(), options)
    assert preview.n_selected == n_jobs + 1
    assert len(queries) <= MAX_QUERIES
