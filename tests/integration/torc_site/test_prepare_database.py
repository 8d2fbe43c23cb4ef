"""What one process does before the server starts."""

import os
import stat
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db.migrations.recorder import MigrationRecorder

from accounts.models import User
from torc_site.environment import Environment

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _data_dir(settings: Any, tmp_path: Path) -> None:
    settings.TORC_DATA_DIR = tmp_path


def prepare() -> str:
    """Run the command and return what it printed."""
    output = StringIO()
    call_command("prepare", stdout=output)
    return output.getvalue()


def listen_on(settings: Any, host: str) -> None:
    """Set the address as the environment does."""
    settings.ENVIRONMENT = Environment({**os.environ, "TORC_HOST": host})
    settings.TORC_HOST = host


def test_it_prints_a_link_and_leaves_a_private_token(tmp_path: Path) -> None:
    assert "http://127.0.0.1:8080/sign-in/" in prepare()
    assert stat.S_IMODE((tmp_path / "token").stat().st_mode) == 0o600


def test_a_second_time_it_keeps_the_token(tmp_path: Path) -> None:
    prepare()
    token = (tmp_path / "token").read_text()
    prepare()
    assert (tmp_path / "token").read_text() == token


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.7"])
def test_other_machines_are_not_let_in_before_there_is_an_account(settings: Any, host: str) -> None:
    listen_on(settings, host)
    User.objects.create(username="no password")
    User.objects.create_user("unusable password")
    with pytest.raises(CommandError, match="no accounts with a password") as refusal:
        prepare()
    assert refusal.value.returncode == 2


def test_other_machines_are_let_in_once_an_account_has_a_password(settings: Any) -> None:
    listen_on(settings, "0.0.0.0")
    User.objects.create_user("ann", password="a long pass phrase")
    assert "/sign-in/" in prepare()


def test_a_database_of_a_newer_torc_is_refused() -> None:
    MigrationRecorder.Migration.objects.create(app="jobs", name="9999_from_the_future")
    with pytest.raises(CommandError, match=r"newer Torc \(it has jobs.9999_from_the_future\)"):
        prepare()
