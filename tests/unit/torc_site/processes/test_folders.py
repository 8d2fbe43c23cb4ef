"""The private folders of a server."""

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


def test_the_brokers_socket_has_a_short_path_however_deep_the_data_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", "/run/user/" + "x" * 90)
    settings = Environment({"TORC_DATA_DIR": "/" + "/".join(["deep"] * 40)})
    assert len(folders.embedded_broker_url(settings).removeprefix("redis+socket://")) < 60
