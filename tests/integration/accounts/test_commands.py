import io
import os
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django.fixtures import Settings

from accounts import api_tokens, sign_in
from accounts.credentials import valid_token
from accounts.models import ApiToken, User
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def output_of(*words: str) -> str:
    out = io.StringIO()
    call_command(*words, stdout=out)
    return out.getvalue().strip()


def test_the_link_leads_to_this_server_and_signs_in_the_local_person(
    settings: Settings,
) -> None:
    settings.TORC_PUBLIC_URL = "http://127.0.0.1:8123"
    link = urlsplit(output_of("login_link"))
    assert link.netloc == "127.0.0.1:8123"
    user = sign_in.redeem(link.path.rpartition("/")[2], timezone.now())
    assert user == sign_in.local_user()


def test_a_link_is_made_only_for_people_who_exist() -> None:
    make_user("ann")
    assert "/sign-in/" in output_of("login_link", "--user", "ann")
    with pytest.raises(CommandError, match="no account 'bob'"):
        call_command("login_link", "--user", "bob")


def test_the_token_file_is_private_and_written_once(tmp_path: Path, settings: Settings) -> None:
    settings.TORC_DATA_DIR = tmp_path
    assert "written" in output_of("local_token")
    file = tmp_path / "token"
    text = file.read_text()
    assert file.stat().st_mode & 0o777 == 0o600
    assert "is valid" in output_of("local_token")
    assert file.read_text() == text
    token = valid_token(text.strip())
    assert token is not None
    assert (token.scope, token.user.is_staff) == ("admin", True)
    assert [path.name for path in tmp_path.iterdir()] == ["token"]


@pytest.mark.parametrize("damage", ["missing", "revoked", "nonsense", "readable by others"])
def test_a_token_file_that_is_no_good_is_replaced_and_its_token_ends(
    damage: str, tmp_path: Path
) -> None:
    file, now = tmp_path / "token", timezone.now()
    assert api_tokens.ensure_token_file(file, now)
    old = file.read_text().strip()
    if damage == "missing":
        file.unlink()
    elif damage == "revoked":
        ApiToken.objects.update(revoked_at=now)
    elif damage == "nonsense":
        file.write_bytes(b"\xff\x00 nonsense")
    else:
        os.chmod(file, 0o644)
    assert api_tokens.ensure_token_file(file, now)
    assert valid_token(old) is None
    assert valid_token(file.read_text().strip()) is not None


def test_an_account_is_made_from_a_password_on_standard_input(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("a long enough phrase\n"))
    output_of("create_user", "ann", "--staff")
    ann = User.objects.get(username="ann")
    assert ann.is_staff
    assert ann.check_password("a long enough phrase")


@pytest.mark.parametrize(
    ("name", "password"),
    [("ann", "short"), ("ann", "123456789012345"), ("bad name", "a long enough phrase")],
)
def test_weak_passwords_and_bad_names_make_no_account(
    name: str, password: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{password}\n"))
    with pytest.raises(CommandError):
        call_command("create_user", name)
    assert not User.objects.exists()
