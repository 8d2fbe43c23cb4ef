import pytest
from django.test import Client

from accounts.models import User
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
