import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape

from accounts.models import User
from jobs.models import Job
from tests.factories import make_node
from workflows.models import Workflow

SPEC = """\
name: sweep
jobs:
  - name: fit_{i}
    command: echo {i} > ${user_data.output.result_{i}}
    parameters:
      i: "1:3"
  - name: collect
    command: echo done
    depends_on_regexes: ["fit_.*"]
"""
WRONG = SPEC.replace("fit_.*", "fitt_.*").replace("command: echo done", "comand: echo done")


def test_a_check_answers_with_numbers_and_stores_nothing(page: Client) -> None:
    answer = page.post("/workflows/new", {"text": SPEC, "action": "check"})
    assert answer.status_code == 200
    assert "<strong>4</strong>" in answer.text
    assert "fit_{i}" in answer.text
    assert "nothing is stored yet" in answer.text
    assert escape(SPEC) in answer.text
    assert not Workflow.objects.exists()


@pytest.mark.parametrize("action", ["check", "create", "start"])
def test_mistakes_stand_beside_their_line_and_the_text_stays(page: Client, action: str) -> None:
    answer = page.post("/workflows/new", {"text": WRONG, "action": action})
    assert answer.status_code == 422
    assert "Line 8" in answer.text
    assert "comand: echo done" in answer.text
    assert "command" in answer.text
    assert "depends_on_regexes: [&quot;fitt_.*&quot;]" in answer.text
    assert not Workflow.objects.exists()


def test_create_stores_the_spec_as_it_was_typed(page: Client, ann: User) -> None:
    answer = page.post(
        "/workflows/new", {"text": SPEC.replace("\n", "\r\n"), "action": "create"}, follow=True
    )
    workflow = Workflow.objects.get()
    assert answer.redirect_chain == [(f"/w/{workflow.pk}", 302)]
    assert (workflow.owner, workflow.spec_text) == (ann, SPEC)
    assert workflow.jobs.count() == 4
    assert not workflow.is_started
    assert "Created with 4 jobs." in answer.text


def test_create_and_start_starts(page: Client) -> None:
    make_node()
    page.post("/workflows/new", {"text": SPEC, "action": "start"})
    assert Workflow.objects.get().is_started
    assert Job.objects.active().count() == 3


def test_a_file_takes_the_place_of_the_text(page: Client) -> None:
    file = SimpleUploadedFile("spec.yaml", SPEC.encode())
    page.post("/workflows/new", {"text": "ignored", "file": file, "action": "create"})
    assert Workflow.objects.get().name == "sweep"


def test_a_json_file_is_read_as_json(page: Client) -> None:
    file = SimpleUploadedFile("spec.json", b'{"name": "j", "jobs": [{"name": "a"}]')
    answer = page.post("/workflows/new", {"file": file, "action": "create"})
    assert answer.status_code == 422
    assert "JSON" in answer.text


@pytest.mark.parametrize(
    ("content", "says"),
    [(b"\xff\xfe", "not UTF-8"), (b"", "Choose a file"), (b"#" * (6 << 20), "at most 5 MiB")],
)
def test_a_file_that_is_no_spec_is_refused(page: Client, content: bytes, says: str) -> None:
    file = SimpleUploadedFile("spec.yaml", content)
    answer = page.post("/workflows/new", {"file": file, "action": "create"})
    assert answer.status_code == 422
    assert says in answer.text


def test_a_hostile_spec_comes_back_as_text(page: Client) -> None:
    answer = page.post("/workflows/new", {"text": "</textarea><script>x</script>"})
    assert answer.status_code == 422
    assert "<script>x" not in answer.text


def test_a_first_empty_line_survives_the_round_trip(page: Client) -> None:
    text = page.post("/workflows/new", {"text": f"\n{SPEC}", "action": "check"}).text
    assert 'rows="24">\n\nname: sweep' in text


def test_a_checked_spec_is_drawn_before_anything_is_stored(page: Client) -> None:
    spec = (
        "name: sweep\njobs:\n- {name: 'train_{i}', command: 'true', parameters: {i: '1:60'}}\n"
        "- {name: report, command: 'true', depends_on_regexes: ['^train_']}\n"
    )
    text = page.post("/workflows/new", {"text": spec, "action": "check"}).text
    assert 'id="graph-box"' in text
    assert "60 → 1" in text
    assert not Workflow.objects.exists()


HTMX = {"HX-Request": "true"}
NEEDS = "resource_requirements:\n- {name: small, num_cpus: 2, memory: 1g, runtime: PT30M}\n"


@pytest.mark.parametrize("action", [None, "create", "start"])
def test_while_somebody_types_only_the_verdict_comes_and_nothing_is_stored(
    page: Client, action: str | None
) -> None:
    sent = {"text": SPEC} | ({"action": action} if action else {})
    answer = page.post("/workflows/new", sent, headers=HTMX)
    assert answer.status_code == 200
    assert "sweep is valid" in answer.text
    assert "<textarea" not in answer.text
    assert "autofocus" not in answer.text
    assert not Workflow.objects.exists()


def test_mistakes_while_somebody_types_name_their_lines_and_take_no_focus(page: Client) -> None:
    answer = page.post("/workflows/new", {"text": WRONG}, headers=HTMX)
    assert answer.status_code == 422
    assert 'data-line="8"' in answer.text
    assert "autofocus" not in answer.text
    assert 'role="alert"' not in answer.text


def test_an_emptied_text_is_no_mistake_while_somebody_types(page: Client) -> None:
    answer = page.post("/workflows/new", {"text": " \n"}, headers=HTMX)
    assert answer.status_code == 200
    assert 'id="no-verdict"' in answer.text
    assert "Choose a file" in page.post("/workflows/new", {"text": ""}).text


def test_a_check_says_what_is_asked_and_the_first_and_last_names(page: Client) -> None:
    spec = SPEC.replace('"1:3"', '"1:60"').replace(
        "    parameters", "    resource_requirements: small\n    parameters"
    )
    text = page.post("/workflows/new", {"text": spec + NEEDS, "action": "check"}).text
    assert "<strong>60</strong> CPU·h, <strong>30</strong> GiB·h, and 1 job without" in text
    names = re.findall(r"<code>(fit_\d+)</code>", text)
    assert names == ["fit_1", "fit_2", "fit_3", "fit_58", "fit_59", "fit_60"]
    assert 'title="54 more"' in text


def test_a_check_costs_the_same_queries_for_any_number_of_jobs(page: Client) -> None:
    costs = []
    for size in (3, 3_000):
        text = SPEC.replace('"1:3"', f'"1:{size}"')
        with CaptureQueriesContext(connection) as queries:
            assert page.post("/workflows/new", {"text": text}, headers=HTMX).status_code == 200
        costs.append(len(queries))
    assert costs[0] == costs[1] <= 3
