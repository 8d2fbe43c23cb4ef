import base64
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts import api_tokens
from accounts.actors import Scope
from accounts.credentials import valid_token
from accounts.models import ApiToken, User
from tests.factories import make_user, make_workflow
from workflows.models import Workflow

pytestmark = pytest.mark.django_db

TOKENS = "/torc-service/v1/tokens"


class Caller:
    """A script with a token of its own."""

    def __init__(self, user: User | None = None, scope: Scope = "admin") -> None:
        self.user = user or make_user()
        self.token, self.text = api_tokens.new_token(
            self.user, name="caller", scope=scope, now=timezone.now(), lifetime=None
        )
        self.client = Client(headers={"Authorization": f"Bearer {self.text}"})

    def ends_in(self, lifetime: timedelta) -> None:
        ApiToken.objects.filter(pk=self.token.pk).update(expires_at=timezone.now() + lifetime)
        self.token.refresh_from_db()

    def create(self, **body: Any) -> Any:
        return self.client.post(TOKENS, {"name": "new"} | body, content_type="application/json")


def test_a_created_token_is_shown_once_and_works() -> None:
    caller = Caller()
    answer = caller.create(scope="read", expires_in_days=7)
    assert answer.status_code == 200
    made = answer.json()
    token = valid_token(made["token"])
    assert token is not None
    assert (token.user_id, token.scope, token.pk) == (caller.user.pk, "read", made["id"])
    assert token.expires_at == token.created_at + timedelta(days=7)
    assert made["token"] not in caller.client.get(TOKENS).text


def test_the_list_holds_the_callers_own_tokens_newest_first() -> None:
    Caller()
    caller = Caller()
    made = caller.create().json()
    page = caller.client.get(TOKENS).json()
    assert [item["id"] for item in page["items"]] == [made["id"], caller.token.pk]
    assert (page["count"], page["total_count"], page["has_more"]) == (2, 2, False)
    part = caller.client.get(f"{TOKENS}?limit=1&offset=0").json()
    assert (part["count"], part["total_count"], part["has_more"]) == (1, 2, True)


def test_a_revoked_token_stops_at_once() -> None:
    caller = Caller()
    made = caller.create().json()
    script = Client(headers={"Authorization": f"Bearer {made['token']}"})
    workflows = "/torc-service/v1/workflows"
    assert script.get(workflows).status_code == 200
    assert caller.client.delete(f"{TOKENS}/{made['id']}").status_code == 204
    assert script.get(workflows).status_code == 401


def test_a_token_cannot_make_one_that_lasts_longer() -> None:
    caller = Caller()
    caller.ends_in(timedelta(days=10))
    refused = caller.create(expires_in_days=11)
    assert (refused.status_code, refused.json()["code"]) == (403, "token_outlives_its_maker")
    assert caller.create(expires_in_days=9).status_code == 200
    made = caller.create().json()
    assert made["expires_at"][:10] == f"{timezone.now() + timedelta(days=10):%Y-%m-%d}"


@pytest.mark.parametrize(("scope", "status"), [("read", 403), ("run", 403), ("admin", 200)])
def test_only_the_scope_admin_deletes(scope: Scope, status: int) -> None:
    caller = Caller(scope=scope)
    workflow = make_workflow("pipeline", owner=caller.user)
    answer = caller.client.delete(f"/torc-service/v1/workflows/{workflow.pk}")
    assert answer.status_code == status
    if scope == "run":
        assert answer.json()["detail"] == "This token may not delete."
    assert Workflow.objects.filter(pk=workflow.pk).exists() == (status == 403)


def test_a_token_works_as_a_password_too() -> None:
    caller = Caller()
    pair = base64.b64encode(f"anyone:{caller.text}".encode()).decode()
    assert Client(headers={"Authorization": f"Basic {pair}"}).get(TOKENS).status_code == 200


def test_another_persons_token_is_not_there() -> None:
    other = Caller().token
    assert Caller(make_user(is_staff=True)).client.delete(f"{TOKENS}/{other.pk}").status_code == 404
    other.refresh_from_db()
    assert other.revoked_at is None


@pytest.mark.parametrize("scope", ["read", "run"])
def test_tokens_are_managed_only_with_the_scope_admin(scope: Scope) -> None:
    caller = Caller(scope=scope)
    assert caller.client.get(TOKENS).status_code == 403
    assert caller.create().status_code == 403
    assert caller.client.delete(f"{TOKENS}/{caller.token.pk}").status_code == 403
    assert ApiToken.objects.count() == 1


@pytest.mark.parametrize(
    "body",
    [
        {"name": ""},
        {"name": "  "},
        {"name": "x" * 101},
        {"name": "a\x00"},
        {"name": None},
        {"scope": "job"},
        {"scope": "root"},
        {"expires_in_days": 0},
        {"expires_in_days": 367},
        {"expires_in_days": None},
        {"color": "red"},
    ],
)
def test_a_token_that_cannot_be_is_refused(body: dict[str, Any]) -> None:
    caller = Caller()
    assert caller.create(**body).status_code == 422
    assert ApiToken.objects.count() == 1


@pytest.mark.parametrize(
    "header",
    [
        "Bearer nothing",
        "Bearer ",
        "Bearer torc_pat_00000000_x",
        "Basic YTpi",
        "Bearer \u00e9",
        "Digest x",
    ],
)
def test_garbage_instead_of_a_token_is_refused(header: str) -> None:
    assert Client(headers={"Authorization": header}).get(TOKENS).status_code == 401


def test_a_token_in_the_address_or_another_header_counts_for_nothing() -> None:
    text = Caller().text
    assert Client().get(f"{TOKENS}?token={text}&api_key={text}").status_code == 401
    assert Client(headers={"X-API-Key": text}).get(TOKENS).status_code == 401


@pytest.mark.parametrize("query", ["limit=0", "limit=10001", "offset=-1", f"offset={10**30}"])
def test_a_page_beyond_the_limits_is_refused(query: str) -> None:
    assert Caller().client.get(f"{TOKENS}?{query}").status_code == 422
