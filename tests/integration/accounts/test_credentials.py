from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts import api_tokens
from accounts.actors import Actor, Scope
from accounts.credentials import valid_token
from accounts.models import ApiToken, User
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def make_token(user: User | None = None, **changes: Any) -> tuple[ApiToken, str]:
    wanted: dict[str, Any] = {
        "name": "script",
        "scope": "run",
        "now": timezone.now(),
        "lifetime": timedelta(days=90),
    }
    return api_tokens.new_token(user or make_user(), **(wanted | changes))


def last_used(token: ApiToken) -> datetime | None:
    token.refresh_from_db()
    return token.last_used_at


@pytest.mark.parametrize("scope", ["read", "run", "admin"])
def test_a_token_speaks_for_its_person_within_its_scope(scope: Scope) -> None:
    user = make_user()
    token, text = make_token(user, scope=scope)
    stored = valid_token(text)
    assert stored is not None
    expected = Actor(user_id=user.pk, username=user.username, scope=scope, token_id=token.pk)
    assert stored.actor() == expected


def test_only_a_digest_is_stored() -> None:
    token, text = make_token()
    stored = str(ApiToken.objects.values().get(pk=token.pk))
    assert text not in stored
    assert text.split("_")[3] not in stored


def test_a_wrong_secret_behind_a_known_prefix_is_refused() -> None:
    _, text = make_token()
    _, other = make_token()
    prefix = text.split("_")[2]
    ApiToken.objects.filter(prefix=other.split("_")[2]).delete()
    ApiToken.objects.filter(prefix=prefix).update(prefix=other.split("_")[2])
    assert valid_token(other) is None


def test_a_revoked_token_is_refused_and_stays_revoked() -> None:
    token, text = make_token()
    assert token.revoke(timezone.now())
    assert not token.revoke(timezone.now())
    assert valid_token(text) is None


def test_an_expired_token_is_refused_from_that_very_moment() -> None:
    now = timezone.now()
    _, text = make_token(now=now, lifetime=timedelta(days=7))
    assert valid_token(text, now + timedelta(days=7)) is None
    assert valid_token(text, now + timedelta(days=6)) is not None


def test_a_token_of_a_deactivated_person_is_refused() -> None:
    user = make_user()
    _, text = make_token(user)
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert valid_token(text) is None


def test_its_last_use_is_written_once_a_minute() -> None:
    now = timezone.now()
    token, text = make_token(now=now)
    valid_token(text, now)
    assert last_used(token) == now
    valid_token(text, now + timedelta(seconds=59))
    assert last_used(token) == now
    valid_token(text, now + timedelta(seconds=60))
    assert last_used(token) == now + timedelta(seconds=60)


def test_authentication_costs_one_query(django_assert_num_queries: Any) -> None:
    _, text = make_token()
    valid_token(text)
    with django_assert_num_queries(1):
        valid_token(text)


def test_what_cannot_be_a_token_costs_no_query(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert valid_token("Bearer nothing") is None


def test_people_manage_only_their_own_tokens() -> None:
    owner, staff = make_user(), make_user(is_staff=True)
    token, _ = make_token(owner)
    assert list(ApiToken.objects.of(owner.actor())) == [token]
    assert list(ApiToken.objects.of(staff.actor())) == []
    assert list(ApiToken.objects.of(Actor(user_id=owner.pk, scope="run"))) == []
