import base64

import pytest

from accounts.credentials import credentials_of


def basic(pair: str) -> str:
    return "Basic " + base64.b64encode(pair.encode()).decode()


@pytest.mark.parametrize(
    ("header", "token"),
    [
        ("Bearer torc_pat_x", "torc_pat_x"),
        ("bearer  torc_pat_x ", "torc_pat_x"),
        (basic("anyone:torc_pat_x"), "torc_pat_x"),
        (basic(":a:b"), "a:b"),
        (None, None),
        ("", None),
        ("Bearer ", None),
        ("Bearer", None),
        ("torc_pat_x", None),
        ("Token torc_pat_x", None),
        ("Basic !!!", None),
        ("Basic " + base64.b64encode(b"\xff\xfe").decode(), None),
        (basic("nocolon"), None),
    ],
)
def test_the_token_is_read_from_bearer_and_basic_headers(
    header: str | None, token: str | None
) -> None:
    assert credentials_of(header) == token
