import pytest
from django.http.request import HttpHeaders

from torc_site import middleware
from web import body_limits

HOST = "127.0.0.1:8080"


def headers(**named: str) -> HttpHeaders:
    return HttpHeaders({f"HTTP_{name.upper()}": value for name, value in named.items()})


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
@pytest.mark.parametrize(
    ("sent", "is_refused"),
    [
        ({}, False),
        ({"sec_fetch_site": "same-origin"}, False),
        ({"sec_fetch_site": "none"}, False),
        ({"sec_fetch_site": "same-site"}, True),
        ({"sec_fetch_site": "cross-site"}, True),
        ({"sec_fetch_site": "cross-site", "origin": f"http://{HOST}"}, True),
        ({"sec_fetch_site": "nonsense"}, True),
        ({"origin": f"http://{HOST}"}, False),
        ({"origin": "http://127.0.0.1:9999"}, True),
        ({"origin": "https://evil.example"}, True),
        ({"origin": "null"}, True),
        ({"origin": ""}, True),
    ],
)
def test_what_another_site_causes_may_not_change_anything(
    method: str, sent: dict[str, str], is_refused: bool
) -> None:
    assert middleware.is_cross_site(method, headers(**sent), HOST) is is_refused


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize(
    ("sent", "is_refused"),
    [
        ({}, False),
        ({"sec_fetch_site": "same-origin", "sec_fetch_mode": "cors"}, False),
        ({"sec_fetch_site": "cross-site", "sec_fetch_mode": "cors"}, True),
        ({"sec_fetch_site": "cross-site", "sec_fetch_mode": "no-cors"}, True),
        ({"sec_fetch_site": "same-site", "sec_fetch_mode": "no-cors"}, True),
        (
            {
                "sec_fetch_site": "cross-site",
                "sec_fetch_mode": "navigate",
                "sec_fetch_dest": "document",
            },
            False,
        ),
        (
            {
                "sec_fetch_site": "cross-site",
                "sec_fetch_mode": "navigate",
                "sec_fetch_dest": "iframe",
            },
            True,
        ),
    ],
)
def test_another_site_may_link_to_a_page_but_not_read_it(
    method: str, sent: dict[str, str], is_refused: bool
) -> None:
    assert middleware.is_cross_site(method, headers(**sent), HOST) is is_refused


@pytest.mark.parametrize(
    ("path", "limit"),
    [
        ("/torc-service/v1/jobs", 2 * 1024 * 1024),
        ("/torc-service/v1/workflow_specs", 16 * 1024 * 1024),
        ("/torc-service/v1/workflow_specs/check", 16 * 1024 * 1024),
        ("/workflows/new", 16 * 1024 * 1024),
    ],
)
def test_only_specs_may_be_large(path: str, limit: int) -> None:
    assert body_limits.body_limit(path) == limit
