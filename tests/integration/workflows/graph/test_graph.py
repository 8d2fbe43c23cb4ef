"""The graph of a stored workflow: what is drawn, from how many queries, and until when."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from jobs.models import Family, FamilyEdge, Job
from jobs.statuses import JobStatus
from specification.compile import plan_workflow
from tests import factories
from tests.integration.workflows.plans import pipeline_plan
from workflows.creation.create import create_workflow
from workflows.editing.add_jobs import NewJob, add_jobs
from workflows.editing.delete_jobs import delete_jobs
from workflows.graph.counts import count_families, load_families
from workflows.graph.family_matrix import family_matrix, job_id_at, matrix_picture
from workflows.graph.picture import Picture
from workflows.graph.spec_preview import preview_graph
from workflows.graph.workflow_graph import draw_graph
from workflows.lifecycle.lifecycle import initialize
from workflows.models import Workflow

pytestmark = pytest.mark.django_db

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
        (graph.vertices[one.source].label, graph.vertices[one.target].label, one.n_edges)
        for one in graph.edges
    }


def set_status(workflow: Workflow, start: str, status: JobStatus) -> None:
    jobs = Job.objects.filter(workflow=workflow, name__startswith=start)
    jobs.update(status=status.value)


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
    links = {one.get("id"): one for one in ET.fromstring(picture.svg).findall("a")}
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
    hrefs = [one.get("href") for one in ET.fromstring(picture.svg).findall("a")]
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
    hrefs = {one.get("href") for one in ET.fromstring(picture.svg).findall("a")}
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
    assert sorted((one.source, one.target, one.is_back) for one in edges) == [
        (0, 1, False),
        (1, 0, True),
    ]
    assert 'class="edge back"' in draw_graph(workflow).svg


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


def test_what_jobs_read_and_write_makes_edges_after_initialising() -> None:
    workflow = factories.make_workflow()
    file = factories.make_file(workflow, "out")
    add_jobs(workflow.pk, [NewJob("write", "true", output_file_ids=[file.pk])])
    add_jobs(workflow.pk, [NewJob(f"r_{at}", "true", input_file_ids=[file.pk]) for at in range(45)])
    workflow.refresh_from_db()
    assert arrows(draw_graph(workflow)) == set()
    initialize(workflow.pk)
    workflow.refresh_from_db()
    assert arrows(draw_graph(workflow)) == {("write", "r_*", 45)}
    assert FamilyEdge.objects.get(source__workflow=workflow).kind == "file"


def test_jobs_that_come_or_go_make_it_drawn_anew() -> None:
    workflow = stored()
    draw_graph(workflow)
    report = Job.objects.get(workflow=workflow, name="report")
    delete_jobs(workflow.pk, [report.pk])
    add_jobs(workflow.pk, [NewJob("extra", "true")])
    workflow.refresh_from_db()
    assert labels(draw_graph(workflow)) == ["prepare", "fit_{data}_{i}", "post_{data}_{i}", "extra"]


def test_more_jobs_of_a_name_join_their_family_and_it_keeps_its_id() -> None:
    workflow = factories.make_workflow()
    add_jobs(workflow.pk, [NewJob(f"a_{at}", "true") for at in range(50)])
    workflow.refresh_from_db()
    draw_graph(workflow)
    family = Family.objects.get(workflow=workflow)
    add_jobs(workflow.pk, [NewJob(f"a_{at}", "true") for at in range(50, 60)])
    workflow.refresh_from_db()
    draw_graph(workflow)
    kept = Family.objects.get(workflow=workflow)
    assert (kept.pk, kept.n_jobs) == (family.pk, 60)


def test_a_preview_is_the_graph_that_is_stored_later(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_num_queries(0):
        picture = preview_graph(plan_workflow(SWEEP))
        text = picture.svg
    assert arrows(picture) == arrows(draw_graph(stored()))
    ET.fromstring(text)


def test_a_matrix_has_a_cell_for_each_job_that_leads_there() -> None:
    workflow = stored()
    set_status(workflow, "fit_south", JobStatus.FAILED)
    family = next(one for one in load_families(workflow) if one.label == "fit_{data}_{i}")
    matrix = family_matrix(workflow, family)
    assert (matrix.grid.n_rows, matrix.grid.n_columns) == (2, 30)
    job_id = job_id_at(workflow.pk, family.id, 1 * 30 + 4)
    assert job_id is not None
    assert Job.objects.get(pk=job_id).name == "fit_south_5"
    assert job_id_at(workflow.pk, family.id, 60) is None
    picture = matrix_picture(workflow.pk, family, matrix)
    assert f"/w/{workflow.pk}/jobs/by-position?family={family.id}" in picture


def test_files_and_positions_are_for_those_who_may_see_the_workflow(client: Client) -> None:
    workflow = stored()
    family = Family.objects.get(workflow=workflow, label="fit_{data}_{i}")
    position = f"/w/{workflow.pk}/jobs/by-position?family={family.pk}&index="
    client.force_login(workflow.owner)
    svg = client.get(f"/w/{workflow.pk}/graph.svg?split=data")
    assert svg["Content-Type"] == "image/svg+xml"
    assert svg["Content-Disposition"] == 'attachment; filename="sweep.svg"'
    assert b"fit_north_{i}" in svg.content
    assert client.get(f"/w/{workflow.pk}/graph.dot").content.startswith(b'digraph "sweep"')
    job = Job.objects.get(workflow=workflow, name="fit_north_1")
    assert client.get(f"{position}0")["Location"] == job.get_absolute_url()
    for nonsense in ("", "-1", "x", "60", "9" * 30):
        assert client.get(position + nonsense).status_code == 404
    client.force_login(factories.make_user("stranger"))
    for path in (f"/w/{workflow.pk}/graph.svg", f"/w/{workflow.pk}/graph.dot", f"{position}0"):
        assert client.get(path).status_code == 404
