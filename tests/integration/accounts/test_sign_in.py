from datetime import timedelta
from ipaddress import ip_network
from typing import Any

import pytest
from django.http import HttpRequest
from django.utils import timezone

from accounts import sign_in
from accounts.models import SignInLink, User
from tests.factories import make_user

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse battery"


def from_address(address: str) -> HttpRequest:
    request = HttpRequest()
    request.META["REMOTE_ADDR"] = address
    return request


def test_a_link_signs_in_once() -> None:
    user = make_user()
    code = sign_in.new_link_code(user, timezone.now())
    assert sign_in.redeem(code, timezone.now()) == user
    assert sign_in.redeem(code, timezone.now()) is None


def test_a_link_ends_after_fifteen_minutes() -> None:
    now = timezone.now()
    code = sign_in.new_link_code(make_user(), now)
    assert sign_in.redeem(code, now + timedelta(minutes=15)) is None
    assert sign_in.redeem(code, now + timedelta(minutes=14)) is not None


def test_a_link_of_a_deactivated_account_opens_nothing() -> None:
    user = make_user()
    code = sign_in.new_link_code(user, timezone.now())
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert sign_in.redeem(code, timezone.now()) is None


def test_the_code_itself_is_not_stored() -> None:
    code = sign_in.new_link_code(make_user(), timezone.now())
    assert code not in str(SignInLink.objects.values().get())


def test_links_that_are_over_are_dropped_when_a_new_one_is_made() -> None:
    now = timezone.now()
    sign_in.new_link_code(make_user(), now - timedelta(days=1))
    sign_in.new_link_code(make_user(), now)
    assert SignInLink.objects.count() == 1


def test_the_local_person_is_staff_and_made_once() -> None:
    first, second = sign_in.local_user("ann o'neil"), sign_in.local_user("ann o'neil")
    assert first == second
    assert first.username == "ann_o_neil"
    assert first.is_staff
    assert not first.has_usable_password()


def test_the_right_password_signs_in() -> None:
    user = make_user("ann", password=PASSWORD)
    request = from_address("10.0.0.1")
    assert sign_in.check_password(request, "ann", PASSWORD, timezone.now()) == user


def test_the_sixth_try_has_to_wait_even_with_the_right_password() -> None:
    make_user("ann", password=PASSWORD)
    request, now = from_address("10.0.0.1"), timezone.now()
    for _ in range(5):
        assert sign_in.check_password(request, "ann", "wrong", now) is None
    with pytest.raises(sign_in.TooManyFailures):
        sign_in.check_password(request, "ann", PASSWORD, now)


def test_waiting_a_quarter_of_an_hour_ends_the_lock() -> None:
    user = make_user("ann", password=PASSWORD)
    request, now = from_address("10.0.0.1"), timezone.now()
    for _ in range(5):
        sign_in.check_password(request, "ann", "wrong", now)
    later = now + timedelta(minutes=16)
    assert sign_in.check_password(request, "ann", PASSWORD, later) == user


def test_other_people_and_other_addresses_are_not_locked_out() -> None:
    ann, bob = make_user("ann", password=PASSWORD), make_user("bob", password=PASSWORD)
    request, now = from_address("10.0.0.1"), timezone.now()
    for _ in range(5):
        sign_in.check_password(request, "ann", "wrong", now)
    assert sign_in.check_password(request, "bob", PASSWORD, now) == bob
    elsewhere = from_address("10.0.0.2")
    assert sign_in.check_password(elsewhere, "ann", PASSWORD, now) == ann


def test_one_address_cannot_try_many_names() -> None:
    make_user("ann", password=PASSWORD)
    request, now = from_address("10.0.0.1"), timezone.now()
    for number in range(50):
        sign_in.check_password(request, f"name{number}", "wrong", now)
    with pytest.raises(sign_in.TooManyFailures):
        sign_in.check_password(request, "ann", PASSWORD, now)


def test_passwords_that_are_being_checked_count_against_tries_at_the_same_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    request, now, checked = from_address("10.0.0.1"), timezone.now(), []

    def check_while_checking(*args: object, **kwargs: object) -> None:
        checked.append(args)
        if len(checked) < 40:
            sign_in.check_password(request, "ann", "wrong", now)

    monkeypatch.setattr(sign_in, "authenticate", check_while_checking)
    with pytest.raises(sign_in.TooManyFailures):
        sign_in.check_password(request, "ann", "wrong", now)
    assert len(checked) == 5


def test_clients_behind_a_trusted_proxy_are_counted_by_their_own_addresses(
    settings: Any,
) -> None:
    ann, now = make_user("ann", password=PASSWORD), timezone.now()
    settings.TORC_TRUSTED_PROXIES = [ip_network("10.0.0.0/8")]
    attacker, other = from_address("10.0.0.1"), from_address("10.0.0.1")
    attacker.META["HTTP_X_FORWARDED_FOR"] = "1.2.3.4, 203.0.113.5"
    other.META["HTTP_X_FORWARDED_FOR"] = "203.0.113.6"
    for _ in range(5):
        sign_in.check_password(attacker, "ann", "wrong", now)
    attacker.META["HTTP_X_FORWARDED_FOR"] = "1.2.3.9, 203.0.113.5"
    with pytest.raises(sign_in.TooManyFailures):
        sign_in.check_password(attacker, "ann", PASSWORD, now)
    assert sign_in.check_password(other, "ann", PASSWORD, now) == ann


@pytest.mark.parametrize("name", ["x" * 5000, "\N{ARABIC LETTER ALEF}", ""])
def test_strange_names_are_just_wrong(name: str) -> None:
    request = from_address("10.0.0.1")
    assert sign_in.check_password(request, name, "wrong", timezone.now()) is None
