"""A plan becomes rows: all of them or none, and nobody sees half a workflow."""

import contextlib
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import FieldError
from django.db import models
from django.utils import timezone

from accounts.actors import Actor
from jobs.models import FamilyEdge, Job, JobFile, JobUserData, ResourceRequirements
from jobs.statuses import JobStatus
from tests import factories
from tests.integration.workflows.plans import barrier_plan, chains_plan, pipeline_plan
from workflows.creation import bulk_insert, create, delete
from workflows.creation import rows as creation_rows
from workflows.errors import Refused
from workflows.lifecycle import lifecycle
from workflows.models import Workflow

pytestmark = pytest.mark.django_db

STAFF = Actor(user_id=0, is_staff=True)


def rows_of(workflow_id: int) -> dict[str, int]:
    """Model -> how many rows lead to the workflow, for every model that can."""
    counts = {"workflow": Workflow.objects.filter(pk=workflow_id).count()}
    for model in apps.get_models():
        for way in ("workflow", "job__workflow", "set__workflow", "result__workflow"):
            with contextlib.suppress(FieldError):
                rows = model._default_manager.filter(**{way: workflow_id})
                counts[f"{model.__name__} {way}"] = rows.count()
    return counts


def test_every_field_of_the_plan_is_stored() -> None:
    owner = factories.make_user("ada")
    workflow = create.create_workflow(
        pipeline_plan(), owner=owner, spec_text="name: x", submission_directory="/data"
    )
    workflow.refresh_from_db()
    assert (workflow.name, workflow.owner, workflow.project) == ("pipeline", owner, "demo")
    assert (workflow.metadata, workflow.env) == ({"a": [1, None]}, {"SHARED": "1"})
    assert workflow.option("use_pending_failed") is True
    assert (workflow.spec_text, workflow.submission_directory) == ("name: x", "/data")
    assert (workflow.is_stored, workflow.run_id, workflow.is_graph_stale) == (True, 0, False)
    file = workflow.files.get()
    assert (file.name, file.path, file.st_mtime) == ("f", "out/f.txt", None)
    value = workflow.user_data.get()
    assert (value.data, value.is_ephemeral, value.version) == ('{"b": 1.50, "a": 2}', True, 1)
    assert timezone.now() - value.changed_at < timedelta(minutes=1)


def test_jobs_keep_the_order_of_the_plan_and_their_fields() -> None:
    workflow = create.create_workflow(pipeline_plan(), owner=factories.make_user())
    write, read_1, read_2 = workflow.jobs.order_by("pk")
    assert [job.name for job in (write, read_1, read_2)] == ["write", "read_1", "read_2"]
    assert write.requirements.name == "big"
    assert (write.priority, write.supports_termination) == (7, True)
    assert write.failure_handler is not None
    assert write.failure_handler.rules == '[{"exit_codes": [3], "max_retries": 2}]'
    assert read_1.requirements.name == "default"
    assert read_1.command == "cat ${files.input.f}"
    assert (read_1.parameters, read_1.env, read_1.options) == ({"i": 1}, {"I": "1"}, {})
    assert (read_1.n_waiting, write.n_waiting) == (1, 0)
    assert not read_2.cancel_on_blocking_job_failure
    assert {job.status for job in workflow.jobs.all()} == {JobStatus.UNINITIALIZED}
    assert read_1.family is not None
    assert (read_1.family.label, read_1.family.parameters) == ("read_{i}", {"i": [1, 2]})
    edge = FamilyEdge.objects.get(source__workflow=workflow)
    assert (edge.source.label, edge.target.label, edge.n_edges) == ("write", "read_{i}", 2)


def test_links_and_sets_are_stored_once() -> None:
    workflow = create.create_workflow(pipeline_plan(), owner=factories.make_user())
    files = JobFile.objects.filter(job__workflow=workflow).order_by("job")
    assert [(link.job.name, link.is_output) for link in files] == [
        ("write", True),
        ("read_1", False),
        ("read_2", False),
    ]
    data = JobUserData.objects.filter(job__workflow=workflow).order_by("job")
    assert [(link.job.name, link.is_output) for link in data] == [
        ("write", True),
        ("read_1", False),
    ]
    source = workflow.predecessor_sets.get()
    assert source.n_remaining == 1
    assert [member.job.name for member in source.members.all()] == ["write"]
    assert [wait.job.name for wait in source.waits.order_by("job")] == ["read_1", "read_2"]


def test_limits_that_nobody_wrote_are_not_enforced() -> None:
    workflow = create.create_workflow(pipeline_plan(), owner=factories.make_user())
    big = ResourceRequirements.objects.get(workflow=workflow, name="big")
    default = ResourceRequirements.objects.get(workflow=workflow, name="default")
    assert (big.enforces_memory, big.enforces_runtime, big.tags) == (True, True, ["a100"])
    assert (default.enforces_memory, default.enforces_runtime) == (False, False)
    assert (default.num_cpus, default.memory, default.runtime) == (1, "1m", "P0DT1M")


def test_an_all_to_all_stage_costs_members_not_edges() -> None:
    workflow = create.create_workflow(barrier_plan(30), owner=factories.make_user())
    source = workflow.predecessor_sets.get()
    assert (source.members.count(), source.waits.count(), source.n_remaining) == (30, 30, 30)


def test_ids_are_not_given_out_twice() -> None:
    owner = factories.make_user()
    job = factories.make_job()
    first = create.create_workflow(chains_plan([3]), owner=owner)
    second = create.create_workflow(chains_plan([3]), owner=owner)
    after = factories.make_job()
    ids = [job.pk, *_ids(first), *_ids(second), after.pk]
    assert ids == sorted(set(ids))


def _ids(workflow: Workflow) -> list[int]:
    return list(workflow.jobs.order_by("pk").values_list("pk", flat=True))


def test_a_failure_on_the_way_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    insert = bulk_insert.insert

    def fail_at_waits(model: type[models.Model], *args: Any) -> None:
        if model.__name__ == "JobWait":
            raise OSError("disk full")
        insert(model, *args)

    monkeypatch.setattr(creation_rows, "insert", fail_at_waits)
    with pytest.raises(OSError, match="disk full"):
        create.create_workflow(pipeline_plan(), owner=factories.make_user())
    assert Workflow.objects.count() == 0
    assert Job.objects.count() == 0


def test_half_written_workflows_are_unseen_and_swept_when_old() -> None:
    workflow = create.create_workflow(pipeline_plan(), owner=factories.make_user())
    Workflow.objects.filter(pk=workflow.pk).update(is_stored=False)
    whole = factories.make_workflow()
    assert list(Workflow.objects.visible_to(STAFF)) == [whole]
    now = timezone.now()
    assert create.sweep_unfinished(now) == 0
    assert create.sweep_unfinished(now + timedelta(minutes=11)) == 1
    assert set(rows_of(workflow.pk).values()) == {0}
    assert Workflow.objects.get() == whole


def test_an_empty_workflow_has_the_default_requirement() -> None:
    workflow = create.create_empty(owner=factories.make_user(), name="bare", project="p")
    assert (workflow.project, workflow.is_stored) == ("p", True)
    assert workflow.resource_requirements.get().name == "default"


def test_deletion_leaves_no_row_behind_and_nothing_else_is_touched() -> None:
    owner = factories.make_user()
    workflow = create.create_workflow(pipeline_plan(), owner=owner)
    other = create.create_workflow(pipeline_plan(), owner=owner)
    for filled in (workflow, other):
        job = filled.jobs.get(name="write")
        result = factories.make_result(job, node=factories.make_node(workflow=filled))
        factories.make_event(filled)
        factories.make_node(reserved_for=job)
        apps.get_model("jobs", "LogTail").objects.create(result=result, stdout="hello")
    before = rows_of(other.pk)
    assert before["LogTail result__workflow"] == 1
    folder = delete.log_folder(workflow.pk)
    folder.mkdir(parents=True)
    (folder / "1.out").write_text("hello")
    lifecycle.delete(workflow.pk)
    assert set(rows_of(workflow.pk).values()) == {0}
    assert rows_of(other.pk) == before
    assert not folder.exists()


def test_deletion_covers_every_table_that_leads_to_a_workflow() -> None:
    tables = {model for model, _ in delete._TABLES}
    parents = {Workflow, *(model for model in tables)}
    children = {
        model
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey)
        and field.related_model in parents
        and getattr(field, "db_constraint", True)
        and not field.null
    }
    assert children <= tables


def test_a_workflow_with_open_attempts_is_not_deleted() -> None:
    job = factories.make_job(factories.make_started_workflow(), status=JobStatus.READY)
    factories.make_open_result(job, node=factories.make_node())
    with pytest.raises(Refused, match="pending or running") as refusal:
        lifecycle.delete(job.workflow_id)
    assert (refusal.value.code, refusal.value.kind) == ("workflow_active", "conflict")
    assert Workflow.objects.get().is_stored


def test_deleting_what_is_not_there_is_refused() -> None:
    with pytest.raises(Refused) as refusal:
        lifecycle.delete(4711)
    assert refusal.value.kind == "missing"
