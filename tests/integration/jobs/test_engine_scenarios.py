"""Whole graphs through the engine's own transactions, with return codes instead of processes."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from pytest_django import Settings

from jobs.dependencies import recount
from jobs.explain.why_not_running import explain
from jobs.models import Job, PredecessorSet, Result
from jobs.nodes.sweep import sweep
from jobs.recording.store import StartedAttempt, store_batch
from jobs.scheduling.attempts import AttemptPlan, Outcome, load_open_attempts
from jobs.scheduling.open_attempts import OpenedAttempt
from jobs.statuses import JobStatus
from jobs.worker.outcome import meaning_of_exit
from tests import factories, reference
from tests.integration.jobs.scenarios import SCENARIOS, Actor, Scenario
from workflows.lifecycle import lifecycle
from workflows.models import Workflow
from workflows.status.progress import progress

pytestmark = pytest.mark.django_db

REFERENCE = "torc/runtime_scenarios.json"


def build(scenario: Scenario) -> Workflow:
    """Store the graph of a scenario."""
    workflow = factories.make_workflow(scenario.name)
    jobs: dict[str, Job] = {}
    for name, actor in scenario.jobs.items():
        jobs[name] = build_job(
            workflow, name, actor, [jobs[predecessor] for predecessor in actor.after.split()]
        )
    return workflow


def build_job(workflow: Workflow, name: str, actor: Actor, predecessors: list[Job]) -> Job:
    """Store one job of a scenario."""
    handler = None
    if actor.max_retries:
        handler = factories.make_failure_handler(
            workflow, max_retries=actor.max_retries, exit_codes=actor.retried_codes
        )
    job = factories.make_job(
        workflow,
        name,
        status=JobStatus.DISABLED if actor.is_disabled else JobStatus.UNINITIALIZED,
        depends_on=predecessors,
        requirements=factories.make_requirement(workflow, num_cpus=actor.num_cpus),
        failure_handler=handler,
        cancel_on_blocking_job_failure=not actor.goes_on,
    )
    if actor.lacks_output:
        factories.make_file(workflow, "promised", path="out.txt", outputs_of=[job])
    return job


def play(scenario: Scenario, workflow: Workflow, *, at_once: bool) -> None:
    """Run the workflow until nothing is open any more.

    Args:
        scenario: says how each attempt ends.
        workflow: its graph.
        at_once: report all open attempts in one batch, or each in its own.
    """
    opened: list[OpenedAttempt] = lifecycle.start(workflow.pk)
    while opened:
        plans = load_open_attempts(attempt.plan.result_id for attempt in opened)
        batches = [plans] if at_once else [[plan] for plan in plans]
        opened = [attempt for batch in batches for attempt in report(scenario, batch)]
        if not opened:
            with transaction.atomic():
                opened = sweep(timezone.now())


def report(scenario: Scenario, plans: list[AttemptPlan]) -> list[OpenedAttempt]:
    """Report that attempts started, and then how they ended; what that opened."""
    now = timezone.now()
    store_batch([StartedAttempt(plan.result_id, plan.workflow_id, now) for plan in plans], [], now)
    if scenario.cancel_during in {plan.job_name for plan in plans}:
        lifecycle.cancel(plans[0].workflow_id, by="ada")
    return store_batch([], [ended(scenario, plan) for plan in plans], timezone.now()).opened


def ended(scenario: Scenario, plan: AttemptPlan) -> Outcome:
    """How an attempt ends by the words of the scenario."""
    actor = scenario.jobs[plan.job_name]
    code = actor.codes[min(plan.attempt_id, len(actor.codes)) - 1]
    missing = ("promised",) if actor.lacks_output else ()
    status, code, reason = meaning_of_exit(code, "", missing, plan)
    now = timezone.now()
    return Outcome(plan, status, code, reason, now, now)


def words(workflow: Workflow) -> dict[str, str]:
    rows = Job.objects.filter(workflow=workflow.pk).values_list("name", "status")
    return {name: JobStatus(status).word for name, status in rows}


def n_attempts(workflow: Workflow) -> dict[str, int]:
    return dict(
        Counter(Result.objects.filter(workflow=workflow.pk).values_list("job__name", flat=True))
    )


@pytest.mark.parametrize("at_once", [True, False], ids=["one batch", "one by one"])
@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_a_graph_ends_as_it_should(scenario: Scenario, at_once: bool, settings: Settings) -> None:
    settings.TORC_OVERSIZED_JOBS = "hold"
    factories.make_node(num_cpus=4)
    workflow = build(scenario)
    play(scenario, workflow, at_once=at_once)
    statuses = words(workflow)
    assert dict(Counter(statuses.values())) == scenario.expected_counts
    assert not scenario.ends or statuses == scenario.ends
    ran = {name for name in statuses if statuses[name] in ("completed", "failed")}
    expected = dict.fromkeys(ran, 1) | scenario.attempts
    if not scenario.cancel_during:
        assert n_attempts(workflow) == expected
    workflow.refresh_from_db()
    assert (workflow.ended_at is not None) == scenario.is_complete
    assert progress(workflow).is_complete == scenario.is_complete
    assert_every_job_that_did_not_complete_says_why(workflow)


def assert_every_job_that_did_not_complete_says_why(workflow: Workflow) -> None:
    jobs = list(Job.objects.filter(workflow=workflow.pk))
    sentences = explain(jobs)
    silent = [job.name for job in jobs if job.pk not in sentences]
    assert set(silent) == {job.name for job in jobs if job.status == JobStatus.COMPLETED}


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_a_recount_finds_what_the_engine_counted(scenario: Scenario, settings: Settings) -> None:
    settings.TORC_OVERSIZED_JOBS = "hold"
    factories.make_node(num_cpus=4)
    workflow = build(scenario)
    play(scenario, workflow, at_once=False)
    counted = counts(workflow)
    PredecessorSet.objects.filter(workflow=workflow).update(n_remaining=77, first_bad=None)
    Job.objects.filter(workflow=workflow).update(n_waiting=77)
    recount.recompute(workflow.pk, timezone.now())
    assert counts(workflow) == counted


def counts(workflow: Workflow) -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
    sets = PredecessorSet.objects.filter(workflow=workflow.pk).order_by("pk")
    jobs = Job.objects.filter(workflow=workflow.pk).order_by("pk")
    return (
        list(sets.values_list("pk", "n_remaining", "first_bad")),
        list(jobs.values_list("pk", "status", "n_waiting", "canceled_by")),
    )


def test_a_canceled_run_keeps_the_result_of_what_ran() -> None:
    scenario = next(candidate for candidate in SCENARIOS if candidate.cancel_during)
    factories.make_node()
    workflow = build(scenario)
    play(scenario, workflow, at_once=True)
    result = Result.objects.ended().get(job__name="A")
    assert (result.status, result.return_code) == (JobStatus.CANCELED, -15)


def test_a_missing_output_is_named() -> None:
    scenario = next(candidate for candidate in SCENARIOS if candidate.name == "output_file_missing")
    factories.make_node()
    workflow = build(scenario)
    play(scenario, workflow, at_once=True)
    assert "promised" in workflow.jobs.get().reason
    assert Result.objects.get().return_code == 1


@reference.needs(REFERENCE)
@pytest.mark.parametrize("shared", reference.entries(REFERENCE), ids=lambda entry: entry["name"])
def test_the_table_says_what_the_reference_says(shared: dict[str, Any]) -> None:
    scenario = next(candidate for candidate in SCENARIOS if candidate.name == shared["name"])
    assert set(scenario.jobs) == set(shared["jobs"])
    for name, actor in scenario.jobs.items():
        given = shared["jobs"][name]
        assert actor.after.split() == given["depends_on"]
        assert actor.goes_on == (not given.get("cancel_on_blocking_job_failure", True))
    sane = {name: str(word).split(",")[0].split(" ")[0] for name, word in shared["sane"].items()}
    own = scenario.ends or {name: str(count) for name, count in scenario.counts.items()}
    assert all(own[name] == word for name, word in sane.items() if name in own)
