"""Workflows that are put together piece by piece: jobs, dependencies, what follows from data."""

from functools import partial

import pytest
from django.utils import timezone

from jobs.models import Job, PredecessorSet
from jobs.statuses import JobStatus
from tests import factories
from tests.integration.workflows.diamond import refused, statuses
from tests.integration.workflows.plans import pipeline_plan
from workflows.creation import create
from workflows.editing.add_jobs import NewJob, add_jobs
from workflows.editing.change_job import change_job
from workflows.editing.delete_jobs import delete_jobs
from workflows.errors import Refused
from workflows.lifecycle import lifecycle
from workflows.models import Workflow

pytestmark = pytest.mark.django_db

S = JobStatus


@pytest.fixture
def workflow() -> Workflow:
    return create.create_empty(owner=factories.make_user(), name="pieces")


def add(workflow: Workflow, name: str, **fields: object) -> Job:
    """Add one job."""
    return add_jobs(workflow.pk, [NewJob(name=name, command="true", **fields)])[0]  # type: ignore[arg-type]


def test_added_jobs_come_back_in_order_with_every_field(workflow: Workflow) -> None:
    requirement = factories.make_requirement(workflow)
    handler = factories.make_failure_handler(workflow)
    first, second = add_jobs(
        workflow.pk,
        [
            NewJob("z", "echo 1"),
            NewJob(
                "a",
                "echo 2",
                requirements_id=requirement.pk,
                failure_handler_id=handler.pk,
                priority=3,
                cancel_on_blocking_job_failure=False,
                supports_termination=True,
                env={"K": "v"},
                options={"invocation_script": None},
            ),
        ],
    )
    assert (first.name, first.requirements.name, first.status) == ("z", "default", 0)
    assert (second.requirements, second.failure_handler) == (requirement, handler)
    assert (second.priority, second.env, second.options) == (
        3,
        {"K": "v"},
        {"invocation_script": None},
    )
    assert (second.cancel_on_blocking_job_failure, second.supports_termination) == (False, True)
    workflow.refresh_from_db()
    assert (workflow.is_graph_stale, workflow.revision) == (True, 2)


def test_jobs_of_one_call_that_name_the_same_predecessors_share_a_set(workflow: Workflow) -> None:
    a, b = add(workflow, "a"), add(workflow, "b")
    rows = [
        NewJob("c", "true", depends_on_job_ids=[a.pk, b.pk]),
        NewJob("d", "true", depends_on_job_ids=[b.pk, a.pk, a.pk]),
    ]
    add_jobs(workflow.pk, rows)
    assert PredecessorSet.objects.get().waits.count() == 2
    lifecycle.initialize(workflow.pk)
    assert statuses(workflow) == {"a": "ready", "b": "ready", "c": "blocked", "d": "blocked"}


def test_readers_wait_for_writers_of_files_and_user_data(workflow: Workflow) -> None:
    file = factories.make_file(workflow)
    data = factories.make_user_data(workflow)
    add(workflow, "reader", input_file_ids=[file.pk], input_user_data_ids=[data.pk])
    writer = add(workflow, "writer", output_file_ids=[file.pk])
    other = add(workflow, "other_writer", output_user_data_ids=[data.pk])
    lifecycle.initialize(workflow.pk)
    assert statuses(workflow) == {"reader": "blocked", "writer": "ready", "other_writer": "ready"}
    reader = workflow.jobs.get(name="reader")
    members = {member.job_id for wait in reader.waits.all() for member in wait.set.members.all()}
    assert members == {writer.pk, other.pk}
    workflow.refresh_from_db()
    assert not workflow.is_graph_stale


def test_what_commands_mention_is_input_or_output(workflow: Workflow) -> None:
    data = factories.make_user_data(workflow, "config")
    add_jobs(
        workflow.pk,
        [
            NewJob("w", "torc user-data update ${user_data.output.config}"),
            NewJob("r", "torc user-data get ${user_data.input.config}"),
            NewJob("p", "torc user-data get ${user_data.input.con$x}"),
        ],
    )
    links = data.job_links.order_by("job").values_list("job__name", "is_output")
    assert list(links) == [("w", True), ("r", False), ("p", False)]
    lifecycle.initialize(workflow.pk)
    assert statuses(workflow) == {"w": "ready", "r": "blocked", "p": "blocked"}


@pytest.mark.parametrize(
    "command",
    ["cat ${files.input.nothing}", "cat ${files.sideways.f}", "cat ${userdata.input.f}"],
)
def test_a_token_that_names_nothing_is_refused(workflow: Workflow, command: str) -> None:
    with pytest.raises(Refused) as refusal:
        add_jobs(workflow.pk, [NewJob("j", command)])
    assert refusal.value.kind == "invalid"
    assert not workflow.jobs.exists()


@pytest.mark.parametrize(
    "token", ["${user_data.output.x_$i}", "${files.output.x_$i}", "${files.input.x_$i}"]
)
def test_a_shell_variable_in_an_output_or_file_is_refused(workflow: Workflow, token: str) -> None:
    factories.make_user_data(workflow, "x_1")
    factories.make_file(workflow, "x_1")
    with pytest.raises(Refused) as refusal:
        add_jobs(workflow.pk, [NewJob("j", f"echo {token}")])
    assert refusal.value.code == "shell_variable_in_name"
    assert not workflow.jobs.exists()


def test_a_new_initialize_derives_the_dependencies_again(workflow: Workflow) -> None:
    file = factories.make_file(workflow)
    add(workflow, "reader", input_file_ids=[file.pk])
    add(workflow, "writer", output_file_ids=[file.pk])
    lifecycle.initialize(workflow.pk)
    file.job_links.filter(is_output=True).delete()
    Workflow.objects.filter(pk=workflow.pk).update(is_graph_stale=True)
    lifecycle.initialize(workflow.pk, force=True)
    assert statuses(workflow) == {"reader": "ready", "writer": "ready"}
    assert not PredecessorSet.objects.exists()


def test_a_job_added_to_a_planned_workflow_keeps_the_plans_dependencies() -> None:
    workflow = create.create_workflow(pipeline_plan(), owner=factories.make_user())
    lifecycle.initialize(workflow.pk)
    add(workflow, "late", input_file_ids=[workflow.files.get().pk])
    assert statuses(workflow)["late"] == "uninitialized"
    lifecycle.initialize(workflow.pk, only_uninitialized=True)
    assert statuses(workflow) == {
        "write": "ready",
        "read_1": "blocked",
        "read_2": "blocked",
        "late": "blocked",
    }


def test_circles_through_data_and_names_are_refused_with_their_jobs(workflow: Workflow) -> None:
    file = factories.make_file(workflow)
    a = add(workflow, "a", input_file_ids=[file.pk])
    b = add(workflow, "b", depends_on_job_ids=[a.pk])
    add(workflow, "c", depends_on_job_ids=[b.pk], output_file_ids=[file.pk])
    refusal = refused("dependency_cycle", lambda: lifecycle.initialize(workflow.pk, force=True))
    assert "a -> b -> c -> a" in refusal.detail
    assert set(statuses(workflow).values()) == {"uninitialized"}


def test_a_job_that_reads_what_it_writes_is_a_circle(workflow: Workflow) -> None:
    file = factories.make_file(workflow)
    add(workflow, "a", input_file_ids=[file.pk], output_file_ids=[file.pk])
    refusal = refused("dependency_cycle", lambda: lifecycle.initialize(workflow.pk, force=True))
    assert "a -> a" in refusal.detail


def test_ids_of_other_workflows_are_as_unknown_as_any(workflow: Workflow) -> None:
    foreign = factories.make_job()
    bad: list[dict[str, object]] = [
        {"depends_on_job_ids": [foreign.pk]},
        {"requirements_id": foreign.requirements_id},
        {"input_file_ids": [factories.make_file(foreign.workflow).pk]},
        {"output_user_data_ids": [4711]},
        {"failure_handler_id": 4711},
    ]
    for fields in bad:
        refusal = refused("unknown_reference", partial(add, workflow, "x", **fields))
        assert refusal.kind == "invalid"
    assert not workflow.jobs.exists()


def test_a_taken_name_is_refused_and_nothing_is_added(workflow: Workflow) -> None:
    add(workflow, "a")
    for names in (["b", "a"], ["c", "c"]):
        rows = [NewJob(name, "true") for name in names]
        refused("duplicate_job_name", partial(add_jobs, workflow.pk, rows))
    assert statuses(workflow) == {"a": "uninitialized"}


def test_dependencies_can_be_changed_until_the_job_is_initialized(workflow: Workflow) -> None:
    a, b = add(workflow, "a"), add(workflow, "b")
    c = add(workflow, "c", depends_on_job_ids=[a.pk])
    change_job(c, {}, depends_on=[b.pk])
    lifecycle.initialize(workflow.pk)
    assert [member.job for member in c.waits.get().set.members.all()] == [b]
    refused("job_initialized", lambda: change_job(c, {}, depends_on=[]))
    assert PredecessorSet.objects.count() == 1


def test_a_set_that_others_wait_on_survives_the_change_of_one(workflow: Workflow) -> None:
    a = add(workflow, "a")
    rows = [NewJob(name, "true", depends_on_job_ids=[a.pk]) for name in "bc"]
    b, c = add_jobs(workflow.pk, rows)
    change_job(b, {}, depends_on=[])
    assert (b.waits.count(), c.waits.count()) == (0, 1)


def test_what_waited_for_a_deleted_job_waits_no_longer(workflow: Workflow) -> None:
    a, b = add(workflow, "a"), add(workflow, "b")
    add(workflow, "c", depends_on_job_ids=[a.pk, b.pk])
    lifecycle.initialize(workflow.pk)
    factories.make_result(a)
    assert delete_jobs(workflow.pk, [a.pk]) == 1
    assert statuses(workflow) == {"b": "ready", "c": "blocked"}
    assert delete_jobs(workflow.pk, [b.pk]) == 1
    assert statuses(workflow) == {"c": "ready"}


def test_all_jobs_are_deleted_at_once_unless_one_runs(workflow: Workflow) -> None:
    planned = create.create_workflow(pipeline_plan(), owner=factories.make_user())
    attempt = factories.make_open_result(planned.jobs.get(name="write"))
    refused("jobs_active", lambda: delete_jobs(planned.pk))
    attempt.ended_at = timezone.now()
    attempt.save(update_fields=["ended_at"])
    assert delete_jobs(planned.pk) == 3
    assert list(planned.families.values_list("n_jobs", flat=True)) == [0, 0]
    assert delete_jobs(workflow.pk) == 0
