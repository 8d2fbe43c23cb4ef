import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.job_tokens import mint
from accounts.models import User
from jobs.logs.read import MAX_READ, path_of
from jobs.models import LogTail, Result
from jobs.statuses import JobStatus
from jobs.worker.job_environment import tail_of
from tests.factories import make_job, make_open_result, make_result, make_started_workflow

POLL = {"HX-Request": "true"}


@pytest.fixture
def data_dir(tmp_path: Path, settings: Any) -> Path:
    settings.TORC_DATA_DIR = tmp_path
    return tmp_path


def write_log(result: Result, content: bytes, stream: Any = "stdout") -> Path:
    path = path_of(result, stream)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def test_a_log_is_text_with_its_escape_codes_gone(page: Client, ann: User, data_dir: Path) -> None:
    workflow = make_started_workflow(owner=ann)
    job = make_job(workflow, status=JobStatus.COMPLETED)
    result = make_result(job)
    write_log(result, b"\x1b[31mred\x1b[0m <script>alert(1)</script>\n10%\r100%\n")
    text = page.get(f"/w/{workflow.pk}/jobs/{job.pk}").text
    assert "red &lt;script&gt;" in text
    assert "\x1b" not in text
    assert "100%\n" in text
    assert "10%\r" not in text
    assert "log-more" not in text  # nothing will follow


def test_a_failed_attempt_shows_its_errors_first(page: Client, ann: User, data_dir: Path) -> None:
    workflow = make_started_workflow(owner=ann)
    job = make_job(workflow, status=JobStatus.FAILED)
    result = make_result(job, return_code=1)
    write_log(result, b"printed\n")
    write_log(result, b"Traceback\n", "stderr")
    assert "Traceback" in page.get(f"/w/{workflow.pk}/jobs/{job.pk}").text
    assert "printed" in page.get(f"/w/{workflow.pk}/jobs/{job.pk}?log=stdout").text


def test_a_growing_log_sends_what_is_new_and_nothing_otherwise(
    page: Client, ann: User, data_dir: Path
) -> None:
    workflow = make_started_workflow(owner=ann)
    job = make_job(workflow, status=JobStatus.READY)
    result = make_open_result(job, started_at=timezone.now())
    path = write_log(result, b"one\ntw")
    text = page.get(f"/w/{workflow.pk}/jobs/{job.pk}").text
    match = re.search(r'class="log-more" hx-get="([^"]+)"[^>]*>([^<]*)<', text)
    assert match
    more, partial = match[1].replace("&amp;", "&"), match[2]
    assert partial == "tw"
    assert page.get(more, headers=POLL).status_code == 204
    path.write_bytes(b"one\ntwo\nthree\n")
    news = page.get(more, headers=POLL).text
    assert re.findall(r'id="L(\d+)"[^>]*>\d+</a>(\w+)', news) == [("2", "two"), ("3", "three")]
    assert "one" not in news
    Result.objects.filter(pk=result.pk).update(ended_at=timezone.now())
    assert "hx-get" not in page.get(more, headers=POLL).text


def test_a_long_log_begins_at_its_end(page: Client, ann: User, data_dir: Path) -> None:
    workflow = make_started_workflow(owner=ann)
    job = make_job(workflow, status=JobStatus.COMPLETED)
    write_log(make_result(job), b"".join(b"line %07d\n" % n for n in range(100_000)))
    text = page.get(f"/w/{workflow.pk}/jobs/{job.pk}").text
    assert "line 0099999" in text
    assert "line 0000001\n" not in text
    assert '<a id="L100000"' in text
    assert "Load 2,000 earlier lines" in text
    assert len(text) < 500_000


def test_without_the_file_the_kept_tail_is_shown(page: Client, ann: User, data_dir: Path) -> None:
    workflow = make_started_workflow(owner=ann)
    job = make_job(workflow, status=JobStatus.COMPLETED)
    result = make_result(job)
    LogTail.objects.create(result=result, stdout="kept\n")
    text = page.get(f"/w/{workflow.pk}/jobs/{job.pk}").text
    assert "kept" in text
    assert "The log file is on another machine" in text


def test_a_download_is_the_raw_log_and_never_runs(page: Client, ann: User, data_dir: Path) -> None:
    workflow = make_started_workflow(owner=ann)
    job = make_job(workflow, status=JobStatus.COMPLETED)
    result = make_result(job)
    raw = b"\x1b[31m<script>\x00\n"
    write_log(result, raw)
    answer = page.get(f"/w/{workflow.pk}/jobs/{job.pk}/log/{result.pk}/stdout/raw")
    assert b"".join(answer) == raw
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_a_link_in_the_place_of_a_log_is_not_followed(
    page: Client, ann: User, data_dir: Path
) -> None:
    workflow = make_started_workflow(owner=ann)
    job = make_job(workflow, status=JobStatus.COMPLETED)
    result = make_result(job)
    path = write_log(result, b"")
    path.unlink()
    path.symlink_to("/etc/passwd")
    assert "root:" not in page.get(f"/w/{workflow.pk}/jobs/{job.pk}").text
    assert (
        b"root:"
        not in page.get(f"/w/{workflow.pk}/jobs/{job.pk}/log/{result.pk}/stdout/raw").content
    )


@pytest.mark.parametrize("swapped", ["file", "folder", "all logs"])
def test_hard_links_and_swapped_folders_are_not_read_through(
    page: Client, ann: User, data_dir: Path, tmp_path_factory: Any, swapped: str
) -> None:
    job = make_job(make_started_workflow(owner=ann), status=JobStatus.COMPLETED)
    result = make_result(job)
    path = write_log(result, b"of somebody else\n")
    place = {"file": path, "folder": path.parent, "all logs": path.parent.parent}[swapped]
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "secret"
    place.rename(elsewhere)
    place.hardlink_to(elsewhere) if swapped == "file" else place.symlink_to(elsewhere)
    assert path.read_bytes() == b"of somebody else\n"
    assert "of somebody else" not in page.get(address(result)).text
    assert page.get(f"{address(result)}/log/{result.pk}/stdout/raw").content == b""
    assert tail_of(path) == ""


def test_tokens_are_masked_in_every_view_of_a_log(page: Client, ann: User, data_dir: Path) -> None:
    job = make_job(make_started_workflow(owner=ann), status=JobStatus.FAILED)
    result = make_result(job, return_code=1)
    token = mint(result.pk)
    secret = token.rpartition(f"_{result.pk}_")[2]
    path = write_log(result, b"x" * (MAX_READ - 30) + f"\nuse {token}\n".encode(), "stderr")
    base = f"{address(result)}"
    download = page.get(f"{base}/log/{result.pk}/stderr/raw")
    content = b"".join(download)
    api = [
        page.get(f"/torc-service/v1/results/{result.pk}/logs/stderr?offset={offset}").text
        for offset in (0, MAX_READ - 20, MAX_READ)
    ]
    texts = [page.get(base).text, page.get(base, {"q": "use"}).text, content.decode(), *api]
    assert not any(secret[-10:] in text or secret[:10] in text for text in texts)
    assert secret not in tail_of(path)
    assert len(content) == int(download.headers["Content-Length"]) == path.stat().st_size


def test_a_kept_tail_has_its_tokens_masked(page: Client, ann: User, data_dir: Path) -> None:
    job = make_job(make_started_workflow(owner=ann), status=JobStatus.COMPLETED)
    result = make_result(job)
    LogTail.objects.create(result=result, stdout=f"kept {mint(result.pk)}\n")
    assert f"kept torc_job_{result.pk}_****" in page.get(address(result)).text


def test_a_log_of_another_job_or_stream_is_not_found(page: Client, ann: User) -> None:
    workflow = make_started_workflow(owner=ann)
    job, other = make_job(workflow), make_job(workflow)
    result = make_result(job)
    base = f"/w/{workflow.pk}/jobs"
    assert page.get(f"{base}/{other.pk}/log/{result.pk}/stdout").status_code == 404
    assert page.get(f"{base}/{job.pk}/log/{result.pk}/secret").status_code == 404
    assert page.get(f"{base}/99999").status_code == 404


@pytest.fixture
def long_log(ann: User, data_dir: Path) -> Result:
    """An attempt that has ended after ten thousand lines."""
    job = make_job(make_started_workflow(owner=ann), status=JobStatus.COMPLETED)
    result = make_result(job)
    write_log(result, b"".join(b"line %d of it\n" % n for n in range(1, 10_001)))
    return result


def address(result: Result) -> str:
    return f"/w/{result.workflow_id}/jobs/{result.job_id}"


def numbers(text: str) -> list[int]:
    return [int(number) for number in re.findall(r'<a id="L(\d+)"', text)]


def test_earlier_lines_come_step_by_step_up_to_the_first(page: Client, long_log: Result) -> None:
    text = page.get(address(long_log)).text
    assert numbers(text) == list(range(8_001, 10_001))
    for first in (6_001, 4_001, 2_001, 1):
        step = re.search(r'class="log-step" href="([^"]+)" hx-get="([^"]+)"', text)
        assert step
        whole = page.get(address(long_log) + step[1].replace("&amp;", "&").split("#")[0]).text
        text = page.get(step[2].replace("&amp;", "&"), headers=POLL).text
        assert numbers(text) == numbers(whole) == list(range(first, first + 2_000))
        assert f"line {first} of it" in text
        later = whole.rpartition('class="log-step"')[2]
        assert "later" in later
    assert "log-step" not in text


def test_a_link_to_lines_shows_them_marked_with_what_is_around(
    page: Client, long_log: Result
) -> None:
    text = page.get(f"{address(long_log)}?line=123-124").text
    assert re.findall(r"<mark>([^<]+)</mark>", text) == ["line 123 of it", "line 124 of it"]
    assert numbers(text)[0] == 103
    assert "data-stays" in text
    later = re.search(r'hx-get="([^"]+after=[^"]+)"', text)
    assert later
    more = page.get(later[1].replace("&amp;", "&"), headers=POLL).text
    assert numbers(more)[0] == numbers(text)[-1] + 1


@pytest.mark.parametrize("line", ["0", "-", "x", "99999999", "9" * 30, "7-3", "<b>"])
def test_a_line_that_is_not_there_does_no_harm(page: Client, long_log: Result, line: str) -> None:
    assert page.get(address(long_log), {"line": line}).status_code == 200


def test_a_search_lists_lines_with_those_around_them_and_links(
    page: Client, long_log: Result
) -> None:
    text = page.get(address(long_log), {"q": "LINE 777 of"}).text
    assert "1 line of stdout" in text
    assert "<mark>line 777 of it</mark>" in text
    assert "line 775 of it" in text
    assert "line=777#L777" in text
    assert numbers(text) == []


def test_a_search_for_markup_stays_text(page: Client, long_log: Result) -> None:
    text = page.get(address(long_log), {"q": "<script>alert(1)</script>"}).text
    assert "0 lines" in text
    assert "<script>alert" not in text


def test_lines_beyond_what_is_counted_have_no_numbers_but_are_shown(
    page: Client, long_log: Result, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jobs.logs.read.MAX_SCANNED", 1_000)
    text = page.get(address(long_log)).text
    assert numbers(text) == []
    assert "line 9999 of it" in text


def test_a_growing_log_is_followed_over_more_than_one_part(
    page: Client, ann: User, data_dir: Path
) -> None:
    job = make_job(make_started_workflow(owner=ann), status=JobStatus.READY)
    result = make_open_result(job, started_at=timezone.now())
    path = write_log(result, b"")
    text, seen = page.get(address(result)).text, []
    path.write_bytes(b"".join(b"%0100d\n" % n for n in range(6_000)))
    for _ in range(3):
        more = re.search(r'class="log-more" hx-get="([^"]+)"', text)
        assert more
        text = page.get(more[1].replace("&amp;", "&"), headers=POLL).text
        seen += numbers(text)
    assert seen == list(range(1, 6_001))


def test_a_log_that_is_gone_is_not_called_empty(page: Client, ann: User, data_dir: Path) -> None:
    workflow = make_started_workflow(owner=ann)
    ended = make_result(make_job(workflow, status=JobStatus.COMPLETED))
    assert "was empty, or was deleted" in page.get(address(ended)).text
    write_log(ended, b"")
    assert "stdout was empty." in page.get(address(ended)).text
    never = make_result(make_job(workflow), status=JobStatus.CANCELED, started_at=None)
    assert "never started" in page.get(address(never)).text
