"""Stored workflows and what their drawn graphs show, for tests of the graph."""

from __future__ import annotations

from jobs.models import Job
from jobs.statuses import JobStatus
from specification.compile import plan_workflow
from tests import factories
from workflows.creation.create import create_workflow
from workflows.graph.picture import Picture
from workflows.models import Workflow

SWEEP = """
name: sweep
jobs:
  - name: prepare
    command: "true"
  - name: fit_{data}_{i}
    command: "true"
    depends_on: [prepare]
    parameters: {data: "['north', 'south']", i: "1:30"}
  - name: post_{data}_{i}
    command: cat ${files.input.out_{data}_{i}}
    depends_on: ["fit_{data}_{i}"]
    parameters: {data: "['north', 'south']", i: "1:30"}
  - name: report
    command: "true"
    depends_on_regexes: ["^post_"]
files:
  - name: out_{data}_{i}
    path: out/{data}_{i}
    parameters: {data: "['north', 'south']", i: "1:30"}
"""


def stored(text: str = SWEEP) -> Workflow:
    return create_workflow(plan_workflow(text), owner=factories.make_user(), spec_text=text)


def labels(picture: Picture) -> list[str]:
    return [vertex.label for vertex in picture.drawing.graph.vertices]


def arrows(picture: Picture) -> set[tuple[str, str, int]]:
    graph = picture.drawing.graph
    return {
        (graph.vertices[edge.source].label, graph.vertices[edge.target].label, edge.n_edges)
        for edge in graph.edges
    }


def set_status(workflow: Workflow, start: str, status: JobStatus) -> None:
    jobs = Job.objects.filter(workflow=workflow, name__startswith=start)
    jobs.update(status=status.value)
