import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts import api_tokens, sign_in
from accounts.credentials import valid_token
from accounts.models import LINK_LIFETIME, ApiToken, User
from tests.factories import make_user

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse battery"


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_the_sign_in_page_needs_no_session(client: Client) -> None:
    assert client.get("/sign-in").status_code == 200


def test_other_pages_lead_to_it_and_back_again(client: Client) -> None:
    make_user("ann", password=PASSWORD)
    answer = client.get("/tokens?x=1")
    assert answer.headers["Location"] == "/sign-in?next=/tokens%3Fx%3D1"
    form = {"username": "ann", "password": PASSWORD, "next": "/tokens?x=1"}
    assert client.post("/sign-in", form).headers["Location"] == "/tokens?x=1"
    assert client.get("/tokens").status_code == 200


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "javascript:x"])
def test_signing_in_never_leads_to_another_site(client: Client, target: str) -> None:
    make_user("ann", password=PASSWORD)
    form = {"username": "ann", "password": PASSWORD, "next": target}
    assert client.post("/sign-in", form).headers["Location"] == "/"


def test_a_wrong_password_says_no_more_than_that(client: Client) -> None:
    make_user("ann", password=PASSWORD)
    pages = [
        client.post("/sign-in", {"username": name, "password": "wrong"}) for name in ("ann", "bob")
    ]
    assert [page.status_code for page in pages] == [422, 422]
    assert all("No account has this name and password" in page.text for page in pages)
    assert not any("wrong" in page.text for page in pages)


@pytest.mark.parametrize("n_wrong", [5, 9], ids=["the sixth", "WEB-021"])
def test_too_many_wrong_passwords_are_told_to_wait_and_others_are_not(
    client: Client, n_wrong: int
) -> None:
    for name in ("ann", "bob"):
        make_user(name, password=PASSWORD)
    for _ in range(n_wrong):
        client.post("/sign-in", {"username": "ann", "password": "wrong"})
    page = client.post("/sign-in", {"username": "ann", "password": PASSWORD})
    assert page.status_code == 429
    assert "Wait 15 minutes" in page.text
    assert client.get("/account").status_code == 302
    assert client.post("/sign-in", {"username": "bob", "password": PASSWORD}).status_code == 302
    assert client.get("/account").status_code == 200


@pytest.mark.parametrize("name", ["", "ann\x00", "x" * 151])
def test_names_that_cannot_be_are_refused_by_the_form(client: Client, name: str) -> None:
    assert client.post("/sign-in", {"username": name, "password": "x"}).status_code == 422


@pytest.mark.parametrize("age", [timedelta(0), LINK_LIFETIME], ids=["WEB-032", "WEB-032-late"])
def test_a_link_opens_once_and_leads_where_its_code_is_not_told(age: timedelta) -> None:
    code = sign_in.new_link_code(make_user(), timezone.now() - age)
    answers = [Client().post(f"/sign-in/{code}") for _ in range(2)]
    wanted = [403, 403] if age else [302, 403]
    assert [answer.status_code for answer in answers] == wanted
    assert age or answers[0].headers["Location"] == "/"
    opened = [name for name in answers[1].cookies if "session" in name]
    assert opened == []
    assert all(answer.headers["Referrer-Policy"] == "same-origin" for answer in answers)


def test_looking_at_a_link_does_not_use_it_up(client: Client) -> None:
    code = sign_in.new_link_code(make_user(), timezone.now())
    assert "<button" in client.get(f"/sign-in/{code}").text
    client.head(f"/sign-in/{code}")
    assert client.post(f"/sign-in/{code}").headers["Location"] == "/"
    assert client.get("/tokens").status_code == 200


@pytest.mark.parametrize("code", ["nonsense", "é", "x" * 3000])
def test_a_link_that_is_over_says_how_to_get_another(client: Client, code: str) -> None:
    page = client.post(f"/sign-in/{code}")
    assert page.status_code == 403
    assert "torc login-link" in page.text


def test_signing_out_ends_the_session() -> None:
    client = signed_in(make_user())
    client.post("/sign-out")
    assert client.get("/tokens").status_code == 302


def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites() -> None:
    make_user("ann", password=PASSWORD)
    client = Client()
    client.post("/sign-in", {"username": "ann", "password": PASSWORD})
    cookie = next(c for name, c in client.cookies.items() if name.startswith("torc_session_"))
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_a_form_without_its_token_is_refused() -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_user())
    assert client.post("/tokens/create", {"name": "x"}).status_code == 403


def test_theme_and_zone_are_remembered_and_nothing_else(client: Client) -> None:
    answer = client.post("/appearance", {"theme": "dark", "zone": "mars", "next": "/sign-in"})
    assert answer.headers["Location"] == "/sign-in"
    assert client.cookies["theme"].value == "dark"
    assert "zone" not in client.cookies
    assert 'data-theme="dark"' in client.get("/sign-in").text


def test_a_forged_theme_cookie_does_not_reach_the_page(client: Client) -> None:
    client.cookies["theme"] = 'x" onload="alert(1)'
    assert "onload" not in client.get("/sign-in").text


def test_a_new_token_is_shown_once_with_lines_to_paste() -> None:
    client = signed_in(make_user())
    form = {"name": "<b>night</b>", "scope": "run", "days": "30"}
    page = client.post("/tokens/create", form)
    match = re.search(r"torc_pat_\w{8}_\w{43}_\w{6}", page.text)
    assert match is not None
    text = match[0]
    assert f"TORC_TOKEN={text}" in page.text
    assert "curl -H" in page.text
    assert valid_token(text) is not None
    listing = client.get("/tokens").text
    assert text not in listing
    assert "&lt;b&gt;night&lt;/b&gt;" in listing
    token = ApiToken.objects.get()
    assert token.expires_at == token.created_at + timedelta(days=30)


@pytest.mark.parametrize(
    "change", [{"name": ""}, {"scope": "job"}, {"days": "9999"}, {"name": "a\x00"}]
)
def test_a_bad_token_form_makes_nothing_and_keeps_what_was_typed(change: dict[str, str]) -> None:
    client = signed_in(make_user())
    form = {"name": "night", "scope": "run", "days": "30"} | change
    page = client.post("/tokens/create", form)
    assert page.status_code == 422
    assert not ApiToken.objects.exists()


def test_a_token_is_revoked_by_its_owner_only() -> None:
    owner, stranger = make_user(), make_user(is_staff=True)
    token, text = api_tokens.new_token(
        owner, name="x", scope="run", now=timezone.now(), lifetime=None
    )
    assert signed_in(stranger).post(f"/tokens/{token.pk}/revoke").status_code == 404
    assert valid_token(text) is not None
    assert signed_in(owner).post(f"/tokens/{token.pk}/revoke").status_code == 302
    assert valid_token(text) is None


@pytest.mark.parametrize("n_tokens", [1, 40])
def test_the_token_list_costs_the_same_for_any_number(
    n_tokens: int, django_assert_num_queries: Any
) -> None:
    user = make_user()
    for _ in range(n_tokens):
        api_tokens.new_token(user, name="x", scope="run", now=timezone.now(), lifetime=None)
    client = signed_in(user)
    with django_assert_num_queries(3):  # session, person, tokens
        client.get("/tokens")


def test_a_poll_after_the_session_ended_gets_a_bar_and_the_way_back(client: Client) -> None:
    htmx = {"HX-Request": "true", "HX-Current-URL": "http://testserver/tokens?a=1"}
    answer = client.get("/tokens", headers=htmx)
    assert answer.status_code == 401
    assert answer.headers["HX-Retarget"] == "#notice"
    assert "Your session has ended" in answer.text
    assert "/sign-in?next=/tokens%3Fa%3D1" in answer.text
    assert "hx-" not in answer.text
