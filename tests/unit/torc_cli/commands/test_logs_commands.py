"""`torc jobs logs` and `torc results logs`, against a server that has a log."""

from typing import Any

import pytest

from tests.unit.torc_cli.conftest import Torc
from tests.unit.torc_cli.stub import Request, Stub, log_part, page, problem

LINES = "".join(f"line {number}\n" for number in range(100_000))


def serve(stub: Stub, content: str, **headers: Any) -> None:
    """Have the stub serve a log, as that of job 1 and as that of its attempt."""

    def part(request: Request) -> Any:
        return log_part(content.encode(), request, **headers)

    for path in ("/jobs/1", "/results/5"):
        stub.on(f"GET {path}/logs/stdout", part)
        stub.on(f"GET {path}/logs/stderr", part)


@pytest.mark.parametrize("words", [("jobs", "logs", "1"), ("results", "logs", "5")])
def test_files_and_pipes_get_the_whole_log(torc: Torc, stub: Stub, words: tuple[str, ...]) -> None:
    serve(stub, LINES)
    ran = torc(*words)
    assert (ran.code, ran.out == LINES, ran.err) == (0, True, "")


def test_all_parts_of_a_log_are_of_one_attempt(torc: Torc, stub: Stub) -> None:
    serve(stub, LINES)
    torc("jobs", "logs", "1")
    paths = [request.path for request in stub.requests]
    assert paths[0] == "/jobs/1/logs/stdout"
    assert set(paths[1:]) == {"/results/5/logs/stdout"}


@pytest.mark.usefixtures("terminal")
def test_a_terminal_gets_whole_lines_of_the_end_and_is_told_so(torc: Torc, stub: Stub) -> None:
    serve(stub, LINES)
    ran = torc("jobs", "logs", "1", "--stderr")
    assert LINES.endswith("\n" + ran.out)
    assert 262_000 < len(ran.out) <= 262_144
    assert ran.err == (
        "note: the first 807.4 KiB of 1.0 MiB are left out; "
        "`torc jobs logs 1 --stderr > FILE` writes all\n"
    )


@pytest.mark.usefixtures("terminal")
def test_a_short_log_on_a_terminal_comes_without_a_note(torc: Torc, stub: Stub) -> None:
    serve(stub, "a\nb")
    ran = torc("jobs", "logs", "1")
    assert (ran.out, ran.err) == ("a\nb\n", "")


@pytest.mark.parametrize(
    ("options", "begin", "end"),
    [
        (("--offset", "10"), 10, None),
        (("--offset", "10", "--limit", "300000"), 10, 300_010),
        (("--limit", "7"), -7, None),
        (("--limit", "300000"), -300_000, None),
    ],
)
def test_options_choose_a_part_of_any_size(
    torc: Torc, stub: Stub, options: tuple[str, ...], begin: int, end: int | None
) -> None:
    serve(stub, LINES)
    assert torc("results", "logs", "5", *options).out == LINES[begin:end]


def test_the_log_of_a_running_job_is_shown(torc: Torc, stub: Stub) -> None:
    serve(stub, "so far\n", is_complete=False)
    ran = torc("jobs", "logs", "1")
    assert (ran.code, ran.out, ran.err) == (0, "so far\n", "")


def test_following_prints_what_comes_until_the_attempt_ends(
    torc: Torc, stub: Stub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)
    states = [(b"a\n", False), (b"a\n", False), (b"a\nb\n", False), (b"a\nb\nc", True)]
    stub.on("GET /jobs/1/logs/stdout", lambda request: log_part(b"a", request, is_complete=False))
    stub.on(
        "GET /results/5/logs/stdout",
        *[
            lambda request, content=content, is_complete=is_complete: log_part(
                content, request, is_complete=is_complete
            )
            for content, is_complete in states
        ],
    )
    assert torc("jobs", "logs", "1", "--follow").out == "a\nb\nc"


def test_following_goes_on_after_the_server_was_away(
    torc: Torc, stub: Stub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)
    stub.on("GET /jobs/1/logs/stdout", lambda request: log_part(b"a", request, is_complete=False))
    stub.on(
        "GET /results/5/logs/stdout",
        problem(503, "unavailable", "The database is away."),
        lambda request: log_part(b"ab", request),
    )
    ran = torc("jobs", "logs", "1", "--follow")
    assert (ran.code, ran.out) == (0, "ab")


def test_a_job_that_has_not_run_has_no_log(torc: Torc, stub: Stub) -> None:
    stub.on("GET /jobs/1/logs/stdout", problem(404, "not_found", "Job 1 has not run yet."))
    ran = torc("jobs", "logs", "1")
    assert (ran.out, "Job 1 has not run yet" in ran.err) == ("", True)


def test_a_log_that_shrinks_while_it_is_read_is_an_error(torc: Torc, stub: Stub) -> None:
    stub.on("GET /jobs/1/logs/stdout", lambda request: log_part(LINES.encode(), request))
    headers = {"X-Log-Offset": "3", "X-Log-Size": "3"}
    stub.on("GET /results/5/logs/stdout", (200, "", "text/plain", headers))
    ran = torc("jobs", "logs", "1")
    assert ran.code != 0
    assert "replaced while it was read" in ran.err


@pytest.mark.parametrize(
    ("content", "is_complete", "note"),
    [
        ("", False, "runs on another machine"),
        ("x" * 16_384, True, "this is its end, at most 16 KiB"),
        ("all", True, ""),
    ],
)
def test_what_another_machine_has_is_said(
    torc: Torc, stub: Stub, content: str, is_complete: bool, note: str
) -> None:
    serve(stub, content, is_complete=is_complete, source="stored-end")
    ran = torc("jobs", "logs", "1")
    assert ran.out == content
    assert note in ran.err if note else ran.err == ""


def test_the_log_of_a_job_is_found_by_its_name(torc: Torc, stub: Stub) -> None:
    serve(stub, "hello\n")
    stub.on("GET /jobs", page({"id": 1, "name": "train"}))
    assert torc("jobs", "logs", "train", "--workflow", "7").out == "hello\n"


def test_logs_are_handed_on_to_programs_as_they_are(torc: Torc, stub: Stub) -> None:
    serve(stub, "a\x1b[31mb\x1b[2J\n")
    assert torc("results", "logs", "5").out == "a\x1b[31mb\x1b[2J\n"


@pytest.mark.usefixtures("terminal")
def test_logs_on_a_terminal_keep_colors_only(torc: Torc, stub: Stub) -> None:
    serve(stub, "a\x1b[31mb\x1b[2J\n")
    assert torc("results", "logs", "5", "--stderr", "--offset", "0").out == "a\x1b[31mb\n"
    assert torc("results", "logs", "5", "--stderr", "--raw").out == "a\x1b[31mb\x1b[2J\n"
    assert stub.requests[0].query["offset"] == "0"
