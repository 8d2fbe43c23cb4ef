"""What a person can set for themselves."""

import pytest
from django.contrib.auth import authenticate
from django.test import Client
from django.utils import timezone

from accounts.api_tokens import new_token
from accounts.credentials import valid_token
from accounts.models import AuditEntry, User
from tests.factories import make_user

pytestmark = pytest.mark.django_db

OLD, NEW = "correct horse battery", "another horse battery"
CHANGE = {"old_password": OLD, "new_password1": NEW, "new_password2": NEW}


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def is_signed_in(client: Client) -> bool:
    return client.get("/account").status_code == 200


def test_a_new_password_keeps_this_session_and_ends_the_others() -> None:
    user = make_user("ann", password=OLD)
    here, elsewhere = signed_in(user), signed_in(user)
    answer = here.post("/account/password", CHANGE, follow=True)
    assert "Your password is changed" in answer.text
    assert (is_signed_in(here), is_signed_in(elsewhere)) == (True, False)
    assert authenticate(None, username="ann", password=NEW) == user
    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.object_id, entry.summary) == ("change_password", user.pk, {})


@pytest.mark.parametrize(
    "change",
    [{"old_password": "wrong"}, {"new_password2": "other"}, {"new_password1": "1"}],
)
def test_a_wrong_form_changes_nothing_and_shows_no_password(change: dict[str, str]) -> None:
    user = make_user("ann", password=OLD)
    answer = signed_in(user).post("/account/password", CHANGE | change)
    assert answer.status_code == 422
    assert OLD not in answer.text
    assert NEW not in answer.text
    assert authenticate(None, username="ann", password=OLD) == user


def test_the_old_password_cannot_be_guessed_on_the_account_page() -> None:
    user = make_user("ann", password=OLD)
    client = signed_in(user)
    for _ in range(5):
        client.post("/account/password", CHANGE | {"old_password": "wrong"})
    answer = client.post("/account/password", CHANGE)
    assert answer.status_code == 429
    assert "Wait 15 minutes" in answer.text
    assert authenticate(None, username="ann", password=OLD) == user


def test_a_new_password_that_is_refused_is_no_wrong_password() -> None:
    client = signed_in(make_user("ann", password=OLD))
    for _ in range(6):
        client.post("/account/password", CHANGE | {"new_password2": "other"})
    assert client.post("/account/password", CHANGE).status_code == 302


@pytest.mark.parametrize("ends_tokens", [True, False])
def test_tokens_end_with_a_changed_password_if_the_person_asks_for_it(ends_tokens: bool) -> None:
    user, now = make_user("ann", password=OLD), timezone.now()
    _, text = new_token(user, name="nightly", scope="run", now=now, lifetime=None)
    _, foreign = new_token(make_user(), name="other", scope="run", now=now, lifetime=None)
    client = signed_in(user)
    client.post("/account/password", CHANGE | ({"ends_tokens": "on"} if ends_tokens else {}))
    assert (valid_token(text) is None) == ends_tokens
    assert valid_token(foreign)
    summary = AuditEntry.objects.get().summary
    assert summary == ({"n_tokens": 1} if ends_tokens else {})


def test_who_has_come_by_link_sets_a_first_password_without_an_old_one() -> None:
    user = make_user("ann")
    user.set_unusable_password()
    user.save()
    client = signed_in(user)
    assert "Set a password" in client.get("/account").text
    client.post("/account/password", {"new_password1": NEW, "new_password2": NEW})
    assert is_signed_in(client)
    assert authenticate(None, username="ann", password=NEW) == user


def test_signing_out_everywhere_else_leaves_this_session_and_other_people() -> None:
    user, other = make_user(), make_user()
    here, elsewhere, foreign = signed_in(user), signed_in(user), signed_in(other)
    assert "signed out" in here.post("/account/sessions/end", follow=True).text
    assert [is_signed_in(browser) for browser in (here, elsewhere, foreign)] == [True, False, True]
    here.post("/account/sessions/end")
    assert is_signed_in(here)
    assert {entry.verb for entry in AuditEntry.objects.all()} == {"end_sessions"}


def test_the_form_shows_how_this_browser_looks_and_keeps_what_is_chosen() -> None:
    client = signed_in(make_user())
    form = {"theme": "dark", "zone": "local", "next": "/account"}
    text = client.post("/appearance", form, follow=True).text
    assert '<option value="dark" selected>' in text
    assert '<option value="local" selected>' in text
    assert 'data-theme="dark" data-zone="local"' in text
