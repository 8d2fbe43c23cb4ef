"""What a person can set for themselves."""

import pytest
from django.contrib.auth import authenticate
from django.test import Client

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
