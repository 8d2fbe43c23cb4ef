"""The graph of a stored workflow: what is drawn, from how many queries, and until when."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest
from pytest_django import DjangoAssertNumQueries

from jobs.models import Family, Job
from jobs.statuses import JobStatus
from tests import factories
from tests.integration.workflows.graph.pictures import arrows, labels, set_status, stored
from tests.integration.workflows.plans import pipeline_plan
from workflows.creation.create import create_workflow
from workflows.editing.add_jobs import NewJob, add_jobs
from workflows.editing.delete_jobs import delete_jobs
from workflows.graph.counts import count_families
from workflows.graph.workflow_graph import draw_graph

pytestmark = pytest.mark.django_db


def test_a_workflow_is_drawn_by_families_with_their_counts() -> None:
    workflow = stored()
    set_status(workflow, "fit_", JobStatus.COMPLETED)
    set_status(workflow, "fit_north_1", JobStatus.FAILED)
    picture = draw_graph(workflow)
    assert labels(picture) == ["prepare", "fit_{data}_{i}", "post_{data}_{i}", "report"]
    assert arrows(picture) == {
        ("prepare", "fit_{data}_{i}", 60),
        ("fit_{data}_{i}", "post_{data}_{i}", 60),
        ("post_{data}_{i}", "report", 60),
    }
    family = Family.objects.get(workflow=workflow, label="fit_{data}_{i}")
    assert picture.counts[f"f{family.pk}"] == {"completed": 49, "failed": 11}
    links = {link.get("id"): link for link in ET.fromstring(picture.svg).findall("a")}
    assert links[f"f{family.pk}"].get("href") == f"?family={family.pk}"


def test_a_second_look_costs_one_query(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    workflow = stored()
    draw_graph(workflow)
    with django_assert_num_queries(1):  # counts
        _ = draw_graph(workflow).svg
    counts = count_families(workflow.pk)
    with django_assert_num_queries(0):
        _ = draw_graph(workflow, counts).svg


def test_statuses_never_move_a_node() -> None:
    workflow = stored()
    before = draw_graph(workflow).drawing
    set_status(workflow, "post_", JobStatus.RUNNING)
    assert draw_graph(workflow).drawing == before


def test_few_jobs_are_drawn_one_by_one_and_lead_to_their_pages() -> None:
    workflow = create_workflow(pipeline_plan(), owner=factories.make_user(), spec_text="x")
    set_status(workflow, "write", JobStatus.RUNNING)
    picture = draw_graph(workflow)
    assert picture.is_by_job
    assert arrows(picture) == {("write", "read_1", 1), ("write", "read_2", 1)}
    job = Job.objects.get(workflow=workflow, name="write")
    assert picture.counts[f"j{job.pk}"] == {"running": 1}
    hrefs = [link.get("href") for link in ET.fromstring(picture.svg).findall("a")]
    assert job.get_absolute_url() in hrefs


def test_data_can_be_nodes_between_jobs() -> None:
    workflow = create_workflow(pipeline_plan(), owner=factories.make_user(), spec_text="x")
    picture = draw_graph(workflow, has_data=True)
    assert arrows(picture) == {
        ("write", "f", 1),
        ("f", "read_1", 1),
        ("f", "read_2", 1),
        ("write", "value", 1),
        ("value", "read_1", 1),
    }
    hrefs = {link.get("href") for link in ET.fromstring(picture.svg).findall("a")}
    assert {f"/w/{workflow.pk}/files", f"/w/{workflow.pk}/data"} <= hrefs


def test_files_of_a_family_are_one_node() -> None:
    picture = draw_graph(stored(), has_data=True)
    data = [vertex for vertex in picture.drawing.graph.vertices if vertex.is_data]
    assert [(vertex.label, vertex.n_jobs) for vertex in data] == [("out_*", 60)]
    assert ("out_*", "post_{data}_{i}", 60) in arrows(picture)


def test_families_can_be_split_by_a_parameter() -> None:
    workflow = stored()
    set_status(workflow, "fit_north", JobStatus.FAILED)
    picture = draw_graph(workflow, split="data")
    assert picture.splits == ["data"]
    assert labels(picture) == [
        "prepare",
        "fit_north_{i}",
        "fit_south_{i}",
        "post_north_{i}",
        "post_south_{i}",
        "report",
    ]
    assert ("fit_north_{i}", "post_north_{i}", 30) in arrows(picture)
    by_label = dict(zip(labels(picture), picture.drawing.graph.vertices, strict=True))
    assert picture.counts[by_label["fit_north_{i}"].key] == {"failed": 30}
    assert picture.counts[by_label["fit_south_{i}"].key] == {"uninitialized": 30}
    assert "split=data" in picture.svg


def test_an_unknown_parameter_splits_nothing() -> None:
    assert draw_graph(stored(), split="nonsense").split is None


def test_families_that_feed_each_other_are_drawn_with_a_dashed_line() -> None:
    lines = ["name: turns", "jobs:"]
    for at in range(30):
        after = f", depends_on: [b_{at - 1}]" if at else ""
        lines.append(f"  - {{name: a_{at}, command: 'true'{after}}}")
        lines.append(f"  - {{name: b_{at}, command: 'true', depends_on: [a_{at}]}}")
    workflow = stored("\n".join(lines))
    edges = draw_graph(workflow).drawing.graph.edges
    assert sorted((edge.source, edge.target, edge.is_back) for edge in edges) == [
        (0, 1, False),
        (1, 0, True),
    ]
    assert 'class="edge back"' in draw_graph(workflow).svg


def test_jobs_that_come_or_go_make_it_drawn_anew() -> None:
    workflow = stored()
    draw_graph(workflow)
    report = Job.objects.get(workflow=workflow, name="report")
    delete_jobs(workflow.pk, [report.pk])
    add_jobs(workflow.pk, [NewJob("extra", "true")])
    workflow.refresh_from_db()
    assert labels(draw_graph(workflow)) == ["prepare", "fit_{data}_{i}", "post_{data}_{i}", "extra"]
