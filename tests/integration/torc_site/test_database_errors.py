"""Pages while the database is busy or away."""

from typing import Any

import pytest
from django.db import InterfaceError, OperationalError
from django.test import Client

from accounts.models import User
from pages.workflows import list as workflow_list
from tests.factories import make_user
from torc_site import middleware

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann(db: None) -> User:
    return make_user("ann")


@pytest.fixture
def page(ann: User) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(ann)
    return client


@pytest.mark.parametrize(
    "place",
    [(workflow_list, "online_nodes"), (middleware.SignInRequiredMiddleware, "process_view")],
    ids=["view", "middleware"],
)
@pytest.mark.parametrize(
    ("error", "status"),
    [
        (OperationalError("database is locked"), 503),
        (InterfaceError("connection already closed"), 503),
        (OperationalError("database or disk is full"), 507),
        (OperationalError("no such table: jobs_job"), 500),
    ],
)
def test_a_page_says_when_to_come_again(
    page: Client,
    monkeypatch: pytest.MonkeyPatch,
    place: tuple[object, str],
    error: Exception,
    status: int,
) -> None:
    def fail(*arguments: Any, **named: Any) -> None:
        raise error

    monkeypatch.setattr(*place, fail)
    answer = page.get("/")
    assert answer.status_code == status
    assert answer.get("Retry-After") == (None if status == 500 else "5")
