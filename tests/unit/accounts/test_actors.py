import pytest
from django.db.models import Q

from accounts.actors import Actor, Scope, job_actor
from accounts.visibility import workflow_filter


@pytest.mark.parametrize(
    ("scope", "changes", "manages"),
    [
        ("read", False, False),
        ("run", True, False),
        ("admin", True, True),
        ("job", True, False),
    ],
)
def test_a_scope_covers_what_its_name_says(scope: Scope, changes: bool, manages: bool) -> None:
    actor = Actor(user_id=1, scope=scope)
    assert actor.may_use("GET")
    assert [actor.may_use(m) for m in ("POST", "PUT", "PATCH")] == [changes] * 3
    assert actor.may_use("DELETE") == (scope == "admin")
    assert actor.may_manage_tokens is manages


@pytest.mark.parametrize(
    ("actor", "condition"),
    [
        (Actor(user_id=3), Q(workflow__owner_id=3)),
        (Actor(user_id=3, scope="read"), Q(workflow__owner_id=3)),
        (Actor(user_id=3, is_staff=True), Q()),
        (
            job_actor(user_id=3, username="ann", attempt_id=9, job_id=8, workflow_id=7),
            Q(workflow__id=7),
        ),
        (
            Actor(user_id=3, is_staff=True, scope="job", workflow_id=7),
            Q(workflow__id=7),
        ),
    ],
)
def test_one_rule_says_which_workflows_are_visible(actor: Actor, condition: Q) -> None:
    assert workflow_filter(actor, "workflow__") == condition


def test_a_job_without_a_workflow_sees_none() -> None:
    assert workflow_filter(Actor(user_id=3, scope="job")) == Q(id=None)
