"""`torc graph`, against canned answers."""

import json
from typing import Any

import pytest

from tests.unit.torc_cli.conftest import Torc
from tests.unit.torc_cli.stub import Stub

ROUTE = "GET /workflows/7/graph"


def node(label: str, stage: int | None, n: int, **more: Any) -> dict[str, Any]:
    starts = None if stage is None else "starts at once" if stage == 1 else "starts when a is done"
    base: dict[str, Any] = {
        "key": label,
        "kind": "family",
        "counts": {},
        "starts": starts,
        "waits_for": [],
    }
    return {**base, "label": label, "stage": stage, "n": n, **more}


GRAPH = {
    "workflow_id": 7,
    "unit": "families",
    "nodes": [
        node("prepare\x1b[2J", 1, 1, counts={"completed": 1}),
        node("fit_{i}", 2, 60, counts={"failed": 11, "completed": 49}),
        node("out_*", None, 60, kind="file"),
    ],
    "edges": [],
}


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("│").split("│")]


def test_the_list_says_what_starts_when_and_how_it_is_doing(torc: Torc, stub: Stub) -> None:
    stub.on(ROUTE, GRAPH)
    lines = torc("graph", "7").out.splitlines()
    assert cells(lines[1]) == ["Stage", "Family", "Jobs", "Status", "Starts"]
    assert cells(lines[3]) == ["1", "prepare\\x1b[2J", "1", "1 completed", "at once"]
    assert cells(lines[4]) == ["2", "fit_{i}", "60", "49 completed, 11 failed", "when a is done"]
    assert "out_*" not in "".join(lines)


def test_single_jobs_have_one_status(torc: Torc, stub: Stub) -> None:
    job = node("write", 1, 1, kind="job", counts={"running": 1})
    stub.on(ROUTE, {**GRAPH, "unit": "jobs", "nodes": [job]})
    lines = torc("workflows", "graph", "7").out.splitlines()
    assert cells(lines[1])[1] == "Job"
    assert cells(lines[3])[3] == "running"


def test_json_is_the_whole_graph(torc: Torc, stub: Stub) -> None:
    stub.on(ROUTE, GRAPH)
    ran = torc("graph", "7", "--data-nodes", "--split", "lr", "-f", "json")
    assert json.loads(ran.out) == GRAPH
    assert stub.requests[0].query == {"data": "true", "split": "lr"}


@pytest.mark.parametrize("line", [("graph", "7", "-f", "dot"), ("-f", "dot", "graph", "7")])
def test_a_file_is_handed_on_as_it_came(torc: Torc, stub: Stub, line: tuple[str, ...]) -> None:
    stub.on(ROUTE, (200, "digraph {\n}\n", "text/vnd.graphviz"))
    assert torc(*line).out == "digraph {\n}\n"
    assert stub.requests[0].query == {"format": "dot"}


@pytest.mark.usefixtures("terminal")
def test_a_file_never_steers_a_terminal(torc: Torc, stub: Stub) -> None:
    stub.on(ROUTE, (200, "<svg>\x1b[2J\u202e</svg>\n", "image/svg+xml"))
    assert torc("graph", "7", "-f", "svg").out == "<svg></svg>\n"


def test_other_commands_are_not_written_as_pictures(torc: Torc) -> None:
    ran = torc("-f", "svg", "jobs", "list", "7")
    assert (ran.code, ran.err) == (2, "error: -f is table or json, not 'svg'\n")


def test_a_workflow_without_jobs_says_so(torc: Torc, stub: Stub) -> None:
    stub.on(ROUTE, {**GRAPH, "nodes": []})
    assert torc("graph", "7").out == "No jobs.\n"
