"""Small graphs run by real jobs through the command line: every job ends as it should."""

import json
from collections import Counter
from collections.abc import Iterator

import pytest

from tests.acceptance.installation import Installation
from tests.acceptance.ledger import (
    Ledger,
    assert_sound,
    results_of,
    statuses_of,
    wait_for_nodes,
)
from tests.integration.jobs.scenarios import SCENARIOS, Actor, Scenario
from tests.servers import wait_until

COMPLETED, WITH_FAILURES, STUCK = 0, 1, 3


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Return a server for all scenarios; it holds jobs that no node can take."""
    made = Installation(tmp_path_factory.mktemp("scenarios"), TORC_OVERSIZED_JOBS="hold")
    made.start("--cpus", "4")
    wait_for_nodes(made, 1)
    yield made
    made.close()


def body_of(actor: Actor) -> str:
    """Return a line of shell that ends as the scenario says for each attempt."""
    if actor.codes[0] < 0:
        return "sleep 300"
    cases = [f"{n}) exit {code};;" for n, code in enumerate(actor.codes[:-1], 1)]
    return f"case $TORC_ATTEMPT_ID in {' '.join(cases)} *) exit {actor.codes[-1]};; esac"


def spec_of(scenario: Scenario, ledger: Ledger) -> str:
    """Return the scenario as a spec, in the JSON that is also YAML."""
    spec: dict[str, list[dict[str, object]]] = {
        "jobs": [],
        "files": [],
        "failure_handlers": [],
        "resource_requirements": [],
    }
    for name, actor in scenario.jobs.items():
        job: dict[str, object] = {"name": name, "command": ledger.command(body_of(actor))}
        job |= {"depends_on": actor.after.split()}
        job |= {"cancel_on_blocking_job_failure": not actor.goes_on}
        if actor.lacks_output:
            spec["files"].append({"name": "f", "path": "never/written"})
            job["output_files"] = ["f"]
        if actor.max_retries:
            codes = list(actor.retried_codes)
            rule = {"exit_codes": codes} if codes else {"match_all_exit_codes": True}
            rules = [{**rule, "max_retries": actor.max_retries}]
            spec["failure_handlers"].append({"name": f"for_{name}", "rules": rules})
            job["failure_handler"] = f"for_{name}"
        if actor.num_cpus > 1:
            needs = {"name": "many", "num_cpus": actor.num_cpus, "memory": "1g"}
            spec["resource_requirements"].append(needs)
            job["resource_requirements"] = "many"
        spec["jobs"].append(job)
    return json.dumps({"name": scenario.name} | {key: rows for key, rows in spec.items() if rows})


def play(server: Installation, scenario: Scenario, ledger: Ledger) -> tuple[str, str]:
    """Run a scenario to its end; return the workflow's id and what `torc run` said."""
    workflow_id = server.create(spec_of(scenario, ledger))
    for job in server.json("jobs", "list", workflow_id):
        if scenario.jobs[job["name"]].is_disabled:
            server.put(f"/jobs/{job['id']}", {"status": "disabled"})
    if scenario.cancel_during:
        server.torc("workflows", "start", workflow_id)
        ledger.wait_for("start", 1)
        server.torc("cancel", workflow_id)
        words = {"canceled"}
        wait_until(lambda: set(statuses_of(server, workflow_id).values()) == words, 20, "its end")
        return workflow_id, ""
    good = set(scenario.expected_counts) == {"completed"}
    ended = COMPLETED if good else WITH_FAILURES
    code = ended if scenario.is_complete else STUCK
    return workflow_id, server.torc("run", workflow_id, expect=code)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_every_job_ends_as_it_should(
    server: Installation, ledger: Ledger, scenario: Scenario
) -> None:
    workflow_id, _ = play(server, scenario, ledger)
    statuses = statuses_of(server, workflow_id)
    assert Counter(statuses.values()) == scenario.expected_counts
    assert statuses == {**statuses, **scenario.ends}
    results = results_of(server, workflow_id)
    names = {job["id"]: job["name"] for job in server.json("jobs", "list", workflow_id)}
    n_attempts = Counter(names[row["job_id"]] for row in results)
    for name, n in scenario.attempts.items():
        assert n_attempts[name] == n
    assert len(results) == len(ledger.entries("start"))
    if not any(actor.lacks_output for actor in scenario.jobs.values()):
        ledger.assert_agrees(results)
    assert_sound(server)


def test_every_job_that_did_not_run_says_why(server: Installation, ledger: Ledger) -> None:
    named = {scenario.name: scenario for scenario in SCENARIOS}
    workflow_id, _ = play(server, named["diamond_root_fails"], ledger)
    reasons = {job["name"]: job["reason"] for job in server.json("jobs", "list", workflow_id)}
    assert all("A failed" in reasons[name] for name in "BCD"), reasons

    workflow_id, said = play(server, named["disabled_dependency"], ledger)
    reasons = {job["name"]: job["reason"] for job in server.json("jobs", "list", workflow_id)}
    assert "A" in reasons["B"]
    assert "1 job is disabled" in said


def test_a_job_that_no_node_can_hold_is_named_with_the_largest_node(
    server: Installation, ledger: Ledger
) -> None:
    named = {scenario.name: scenario for scenario in SCENARIOS}
    workflow_id, said = play(server, named["too_large"], ledger)
    assert "needs 10,000 CPUs, the node has 4" in said
    assert "the largest" in said
    assert "10,000 CPUs" in server.json("jobs", "list", workflow_id)[0]["reason"]
