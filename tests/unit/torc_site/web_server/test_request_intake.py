"""When a request that arrives in pieces is complete."""

import pytest

from torc_site.web_server.request_intake import (
    BODY_SECONDS,
    HEADER_SECONDS,
    MAX_HEADER_BYTES,
    Intake,
    Progress,
)

GET = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
POST = b"POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\n"


def intake(*pieces: bytes) -> Intake:
    made = Intake(100.0, longest_body=1000)
    for piece in pieces:
        made.take(piece)
    return made


@pytest.mark.parametrize(
    ("pieces", "progress"),
    [
        ([], Progress.INCOMPLETE),
        ([GET[:-1]], Progress.INCOMPLETE),
        ([GET], Progress.COMPLETE),
        ([bytes([byte]) for byte in GET], Progress.COMPLETE),
        ([POST], Progress.INCOMPLETE),
        ([POST, b"1234"], Progress.INCOMPLETE),
        ([POST, b"1234", b"5"], Progress.COMPLETE),
        ([POST + b"12345"], Progress.COMPLETE),
        ([POST.replace(b"Content-Length", b"content-LENGTH"), b"1234"], Progress.INCOMPLETE),
        ([POST.replace(b"5", b"0")], Progress.COMPLETE),
        ([b"x" * (MAX_HEADER_BYTES + 1)], Progress.TOO_LARGE),
    ],
    ids=str,
)
def test_a_request_is_complete_with_its_last_byte(pieces: list[bytes], progress: Progress) -> None:
    assert intake(*pieces).progress is progress


@pytest.mark.parametrize(
    "head",
    [
        b"POST / HTTP/1.1\r\nContent-Length: 1001\r\n\r\n",
        b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: 9\r\nTransfer-Encoding: chunked\r\n\r\n",
    ],
)
def test_a_body_that_will_be_refused_is_not_waited_for(head: bytes) -> None:
    assert intake(head).progress is Progress.COMPLETE


def test_all_that_came_is_kept_in_its_order() -> None:
    assert intake(POST[:7], POST[7:], b"123", b"45").received() == POST + b"12345"


def test_nothing_is_read_beyond_the_end_of_a_body() -> None:
    assert intake(POST, b"12").n_next == 3


def test_headers_and_bodies_have_their_time() -> None:
    assert intake(GET[:5]).deadline == 100.0 + HEADER_SECONDS
    assert intake(POST).deadline == pytest.approx(100.0 + HEADER_SECONDS + BODY_SECONDS, abs=0.01)


def test_a_client_that_waits_for_a_word_gets_it_once() -> None:
    head = POST.replace(b"\r\n\r\n", b"\r\nExpect: 100-continue\r\n\r\n")
    made = intake(head)
    assert [made.expects_continue(), made.expects_continue()] == [True, False]
    assert not intake(head + b"12345").expects_continue()
