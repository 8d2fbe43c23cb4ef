"""Private folders and the secret key."""

import stat
from pathlib import Path

import pytest

from torc_site.environment import Environment, SettingError
from torc_site.processes import folders


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_missing_folder_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    assert mode_of(folders.open_private(tmp_path / "a" / "b", "TORC_DATA_DIR")) == 0o700


def test_an_empty_open_folder_is_closed_to_others(tmp_path: Path) -> None:
    folder = tmp_path / "open"
    folder.mkdir()
    folder.chmod(0o755)
    assert mode_of(folders.open_private(folder, "TORC_DATA_DIR")) == 0o700


def test_an_open_folder_that_others_may_use_is_refused_as_it_is(tmp_path: Path) -> None:
    folder = tmp_path / "shared"
    folder.mkdir()
    folder.chmod(0o755)
    (folder / "theirs").touch()
    with pytest.raises(SettingError, match="chmod 700"):
        folders.open_private(folder, "TORC_DATA_DIR")
    assert mode_of(folder) == 0o755


def test_a_run_folder_that_is_a_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir(mode=0o700)
    (tmp_path / "link").symlink_to("real")
    with pytest.raises(SettingError, match="not a folder of yours"):
        folders.open_private(tmp_path / "link", "TORC_RUN_DIR")


def test_the_first_start_makes_a_private_key_that_the_second_finds(tmp_path: Path) -> None:
    settings = Environment({"TORC_DATA_DIR": str(tmp_path)})
    key = folders.secret_key(settings)
    assert len(key) >= 50
    assert folders.secret_key(settings) == key
    assert mode_of(tmp_path / "secret_key") == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]


def test_of_two_first_starts_one_key_wins(tmp_path: Path) -> None:
    key = tmp_path / "secret_key"
    folders._write_once(key, "first")
    folders._write_once(key, "second")
    assert key.read_text() == "first"


def test_a_worker_does_not_make_a_key_of_its_own(tmp_path: Path) -> None:
    settings = Environment({"TORC_DATA_DIR": str(tmp_path)})
    with pytest.raises(SettingError, match="a worker needs the server's key"):
        folders.secret_key(settings, create=False)


def test_a_short_key_is_refused() -> None:
    with pytest.raises(SettingError, match="shorter than 32"):
        folders.secret_key(Environment({"TORC_SECRET_KEY": "secret"}))


def test_the_brokers_socket_has_a_short_path_however_deep_the_data_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", "/run/user/" + "x" * 90)
    settings = Environment({"TORC_DATA_DIR": "/" + "/".join(["deep"] * 40)})
    assert len(folders.embedded_broker_url(settings).removeprefix("redis+socket://")) < 60
