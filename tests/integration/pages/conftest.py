from datetime import datetime

import pytest
from django.test import Client

from accounts.models import User
from pages.shared_rendering import RENDERINGS
from pages.workflows import header, list
from tests.factories import make_user


@pytest.fixture
def ann(db: None) -> User:
    return make_user("ann")


@pytest.fixture
def page(ann: User) -> Client:
    """Return a browser that ann has signed in with."""
    client = Client()
    client.force_login(ann)
    return client


@pytest.fixture(autouse=True)
def still(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nothing age between two requests of one test."""

    def no_time_passes(now: datetime) -> int:
        return 0

    for module in (header, list):
        monkeypatch.setattr(module, "heartbeat", no_time_passes)
    monkeypatch.setattr(RENDERINGS, "max_rest", 0.0)
