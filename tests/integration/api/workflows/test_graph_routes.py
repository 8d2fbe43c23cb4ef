"""The graph of a workflow, for programs."""

import xml.etree.ElementTree as ET
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from jobs.statuses import JobStatus
from specification.compile import plan_workflow
from tests.factories import make_started_workflow
from tests.integration.api.calling import Caller
from workflows.creation.create import create_workflow
from workflows.models import Workflow

SPEC = """\
name: sweep
jobs:
  - {name: prepare, command: 'true'}
  - name: fit_{kind}_{i}
    command: echo > ${files.output.out_{kind}_{i}}
    depends_on: [prepare]
    parameters: {kind: "['a', 'b']", i: "1:HALF"}
files:
  - {name: "out_{kind}_{i}", path: "out/{kind}/{i}", parameters: {kind: "['a', 'b']", i: "1:HALF"}}
"""


def sweep(owner: User, half: int = 30) -> Workflow:
    """A family of twice `half` jobs, half of which have failed, after a job that has completed."""
    text = SPEC.replace("HALF", str(half))
    workflow = create_workflow(plan_workflow(text), owner=owner, spec_text=text)
    workflow.jobs.filter(name="prepare").update(status=JobStatus.COMPLETED.value)
    workflow.jobs.filter(name__startswith="fit_a").update(status=JobStatus.FAILED.value)
    return workflow


def graph(api: Caller, workflow: Workflow, query: str = "") -> Any:
    return api.ok("GET", f"/workflows/{workflow.pk}/graph{query}")


def test_families_come_with_stage_counts_and_what_they_wait_for(api: Caller, owner: User) -> None:
    workflow = sweep(owner)
    answer = graph(api, workflow)
    prepare, fit = answer["nodes"]
    assert (answer["unit"], answer["split"], answer["splits"]) == ("families", None, ["kind"])
    assert (prepare["label"], prepare["stage"], prepare["waits_for"]) == ("prepare", 1, [])
    assert (fit["label"], fit["stage"], fit["n"]) == ("fit_{kind}_{i}", 2, 60)
    assert fit["counts"] == {"failed": 30, "uninitialized": 30}
    assert (fit["waits_for"], fit["starts"]) == ([prepare["key"]], "starts when prepare is done")
    assert fit["members"] == [workflow.families.get(label=fit["label"]).pk]
    (edge,) = answer["edges"]
    assert (edge["source"], edge["target"]) == (prepare["key"], fit["key"])
    assert (edge["n_edges"], edge["kinds"], edge["label"]) == (60, ["job"], "1 → 60")


def test_the_views_of_the_page_can_be_had_too(api: Caller, owner: User) -> None:
    workflow = sweep(owner)
    parted = [(node["part"], node["n"]) for node in graph(api, workflow, "?split=kind")["nodes"]]
    assert parted == [(None, 1), ("a", 30), ("b", 30)]
    data = graph(api, workflow, "?data=true")["nodes"][-1]
    assert (data["kind"], data["label"], data["n"], data["stage"]) == ("file", "out_*", 60, None)
    single = graph(api, sweep(owner, half=2))
    assert (single["unit"], single["nodes"][1]["counts"]) == ("jobs", {"failed": 1})


@pytest.mark.parametrize("kind", ["svg", "dot"])
def test_files_are_those_that_the_page_offers(api: Caller, owner: User, kind: str) -> None:
    workflow = sweep(owner)
    query = "split=kind&data="
    sent = api.get(f"/workflows/{workflow.pk}/graph?format={kind}&{query}true")
    api.client.force_login(owner)
    offered = api.client.get(f"/w/{workflow.pk}/graph.{kind}?{query}1")
    assert sent.content == offered.content
    assert sent.headers["Content-Type"] == offered.headers["Content-Type"]
    if kind == "svg":
        ET.fromstring(sent.content)


@pytest.mark.parametrize(
    ("query", "code", "pointer"),
    [
        ("split=i", "unknown_reference", "/split"),
        ("split=", "unknown_reference", "/split"),
        ("format=png", "validation_error", None),
        ("color=red", "unknown_parameter", "/color"),
    ],
)
def test_what_makes_no_sense_is_refused(
    api: Caller, owner: User, query: str, code: str, pointer: str | None
) -> None:
    problem = api.refused(422, "GET", f"/workflows/{sweep(owner).pk}/graph?{query}")
    assert problem["code"] == code
    assert pointer in (None, problem["pointer"])


def test_nobody_reads_the_graph_of_another(api: Caller) -> None:
    assert api.get(f"/workflows/{make_started_workflow().pk}/graph").status_code == 404


def test_a_graph_costs_the_same_queries_at_any_size(api: Caller, owner: User) -> None:
    costs = []
    for half in (25, 1_000):
        workflow = sweep(owner, half)
        graph(api, workflow)  # the first look keeps where the nodes stand
        with CaptureQueriesContext(connection) as queries:
            graph(api, workflow)
        costs.append(len(queries))
    assert costs[0] == costs[1] <= 7
