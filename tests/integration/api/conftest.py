import pytest

from accounts.models import User
from tests.factories import make_user, make_workflow
from tests.integration.api.calling import Caller, caller_of
from workflows.models import Workflow


@pytest.fixture
def owner(db: None) -> User:
    return make_user("owner")


@pytest.fixture
def api(owner: User) -> Caller:
    return caller_of(owner, "admin")


@pytest.fixture
def stranger(db: None) -> Caller:
    return caller_of(make_user("stranger"), "admin")


@pytest.fixture
def workflow(owner: User) -> Workflow:
    return make_workflow("pipeline", owner=owner)
