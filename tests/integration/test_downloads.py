"""What jobs write and name, as other people's browsers come by it: bytes to save, never a page."""

import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from jobs.logs.read import path_of
from jobs.models import Job, Result
from jobs.statuses import JobStatus
from tests.factories import (
    make_file,
    make_job,
    make_result,
    make_started_workflow,
    make_user,
    make_user_data,
)
from workflows.models import Workflow

SCRIPT = "<script>fetch(1)</script>"
BROKEN_NAME = "a\r\nSet-Cookie: x=1"
API = "/torc-service/v1"


@pytest.fixture
def ann(db: None) -> User:
    return make_user("ann")


@pytest.fixture
def reader(ann: User) -> Client:
    """Return a browser that ann has signed in with."""
    client = Client()
    client.force_login(ann)
    return client


@pytest.fixture
def data_dir(tmp_path: Path, settings: Any) -> Path:
    settings.TORC_DATA_DIR = tmp_path
    return tmp_path


def make_run(ann: User, text: str, folder: Path | None = None) -> Result:
    """Make a workflow of one job that has ended, with `text` for every name and in its log."""
    given = None if folder is None else str(folder)
    workflow = make_started_workflow(text, owner=ann, submission_directory=given)
    job = make_job(workflow, text, status=JobStatus.COMPLETED, n_attempts=1, reason=text)
    make_file(workflow, text, path="out.html", outputs_of=[job])
    make_user_data(workflow, text, data=f'"{SCRIPT}"', outputs_of=[job])
    result = make_result(job)
    write_log(result, text.encode())
    return result


def write_log(result: Result, content: bytes) -> Path:
    path = path_of(result, "stdout")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def downloads_of(result: Result) -> list[str]:
    """Return where what jobs wrote or named can be had as a file."""
    workflow = f"/w/{result.workflow_id}"
    of_api = f"{API}/workflows/{result.workflow_id}/graph"
    return [
        f"{workflow}/jobs/{result.job_id}/log/{result.pk}/stdout/raw",
        f"{workflow}/results.csv",
        f"{workflow}/results.json",
        f"{workflow}/graph.svg",
        f"{workflow}/graph.dot",
        f"{API}/results/{result.pk}/logs/stdout",
        f"{of_api}?format=svg",
        f"{of_api}?format=dot",
    ]


@pytest.mark.usefixtures("data_dir")
@pytest.mark.parametrize("at", range(8), ids="WEB-014-{}".format)
def test_what_a_job_wrote_is_saved_and_never_run(reader: Client, ann: User, at: int) -> None:
    answer = reader.get(downloads_of(make_run(ann, SCRIPT))[at])
    assert answer.getvalue()
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "html" not in answer.headers["Content-Type"]


@pytest.mark.usefixtures("data_dir")
def test_a_raw_value_is_json_and_never_run(reader: Client, ann: User) -> None:
    workflow = make_run(ann, SCRIPT).workflow
    answer = reader.get(f"/w/{workflow.pk}/data/{workflow.user_data.get().pk}/raw")
    assert answer.text == f'"{SCRIPT}"'
    assert answer.headers["Content-Type"].startswith("application/json")
    assert "sandbox" in answer.headers["Content-Security-Policy"]


SIBLINGS = [
    "/w/{own.workflow_id}/jobs/{own.job_id}/log/{other.pk}/stdout/raw",
    "/w/{own.workflow_id}/jobs/{other.job_id}/log/{other.pk}/stdout/raw",
    "/w/{own.workflow_id}/jobs/{other.job_id}",
    "/w/{own.workflow_id}/jobs/{own.job_id}/log/{own.pk}/..%2f{other.workflow_id}%2f{other.pk}/raw",
    "/w/{own.workflow_id}/files/../../wf10/secret.txt",
    "/w/{own.workflow_id}/files/..%2f..%2fwf10%2fsecret.txt",
    "/static/../logs/{other.workflow_id}/{other.pk}.out",
    "/torc-service/v1/results/{other.pk}/logs/stdout",
]


@pytest.mark.usefixtures("data_dir")
@pytest.mark.parametrize("at", range(len(SIBLINGS)), ids="WEB-018-{}".format)
def test_no_address_leads_to_a_sibling(reader: Client, ann: User, at: int) -> None:
    own = make_run(ann, "own")
    pk = int(f"{own.workflow_id}0")  # its folders begin like those of the other
    wf10 = make_started_workflow("wf10", pk=pk, owner=make_user("bob"))
    other = make_result(make_job(wf10, status=JobStatus.COMPLETED))
    write_log(other, b"confidential")
    answer = reader.get(SIBLINGS[at].format(own=own, other=other))
    assert answer.status_code == 404
    assert b"confidential" not in answer.content


@pytest.mark.usefixtures("data_dir")
@pytest.mark.parametrize("prefix", ["wf1", "wf10"])
def test_a_path_in_the_query_of_the_files_opens_nothing(
    reader: Client, ann: User, tmp_path: Path, prefix: str
) -> None:
    for name in ("wf1", "wf10"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "secret.txt").write_text("confidential")
    workflow = make_run(ann, "own", tmp_path / "wf1").workflow
    page = reader.get(f"/w/{workflow.pk}/files?path=../{prefix}/secret.txt").text
    assert "confidential" not in page


def make_pipe(path: Path) -> None:
    os.mkfifo(path)


def make_socket(path: Path) -> None:
    here = Path.cwd()
    os.chdir(path.parent)  # a socket's path is to be short
    try:
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(path.name)
    finally:
        os.chdir(here)


def make_device_link(path: Path) -> None:
    path.symlink_to("/dev/zero")


@pytest.mark.timeout(30)
@pytest.mark.parametrize(
    "make", [make_pipe, make_socket, make_device_link], ids="WEB-020-{0.__name__}".format
)
def test_nothing_waits_for_a_pipe_a_socket_or_a_device(
    reader: Client, ann: User, data_dir: Path, make: Callable[[Path], None]
) -> None:
    result = make_run(ann, "odd", data_dir)
    log = path_of(result, "stdout")
    log.unlink()
    for path in (log, data_dir / "out.html"):
        make(path)
    base = f"/w/{result.workflow_id}"
    for path_asked in (f"{base}/files", f"{base}/reinitialize", f"{base}/jobs/{result.job_id}"):
        assert reader.get(path_asked).status_code == 200
    for path_asked in downloads_of(result):
        assert b"\0" not in reader.get(path_asked).getvalue()


@pytest.mark.usefixtures("data_dir")
@pytest.mark.parametrize("at", range(8), ids="WEB-024-{}".format)
def test_a_line_break_in_a_name_starts_no_header(reader: Client, ann: User, at: int) -> None:
    result = make_run(ann, "plain")
    workflow = result.workflow
    Workflow.objects.filter(pk=workflow.pk).update(name=BROKEN_NAME)
    Job.objects.filter(pk=result.job_id).update(name=BROKEN_NAME)
    workflow.files.update(name=BROKEN_NAME, path=BROKEN_NAME)
    for path in (downloads_of(result)[at], f"/w/{workflow.pk}/files"):
        answer = reader.get(path)
        assert answer.getvalue()
        assert answer.status_code == 200
        assert "x" not in answer.cookies
        assert "Set-Cookie" not in str(answer.headers)
