"""The key that signs sessions and tokens."""

import stat
from pathlib import Path

import pytest

from torc_site.environment import Environment, SettingError
from torc_site.processes import secret_key


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_the_first_start_makes_a_private_key_that_the_second_finds(tmp_path: Path) -> None:
    settings = Environment({"TORC_DATA_DIR": str(tmp_path)})
    key = secret_key.secret_key(settings)
    assert len(key) >= 50
    assert secret_key.secret_key(settings) == key
    assert mode_of(tmp_path / "secret_key") == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]


def test_of_two_first_starts_one_key_wins(tmp_path: Path) -> None:
    key = tmp_path / "secret_key"
    secret_key._write_once(key, "first")
    secret_key._write_once(key, "second")
    assert key.read_text() == "first"


def test_a_worker_does_not_make_a_key_of_its_own(tmp_path: Path) -> None:
    settings = Environment({"TORC_DATA_DIR": str(tmp_path)})
    with pytest.raises(SettingError, match="a worker needs the server's key"):
        secret_key.secret_key(settings, create=False)


def test_a_short_key_is_refused() -> None:
    with pytest.raises(SettingError, match="shorter than 32"):
        secret_key.secret_key(Environment({"TORC_SECRET_KEY": "secret"}))
