"""Folders that are not there, until they are."""

from pathlib import Path

import pytest

from jobs.worker import missing_folders
from jobs.worker.missing_folders import MissingFolders


@pytest.fixture(autouse=True)
def _nobody_else_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(missing_folders, "LOOK_SECONDS", 3600.0)


def test_a_folder_that_is_back_is_stored_as_such(tmp_path: Path) -> None:
    stored: list[frozenset[str]] = []
    missing = MissingFolders(stored.append)
    missing.add(str(tmp_path / "a"))
    missing.add(str(tmp_path / "b"))
    assert missing.look()
    assert stored == []
    (tmp_path / "a").mkdir()
    assert missing.look()
    assert stored == [frozenset({str(tmp_path / "b")})]
    (tmp_path / "b").mkdir()
    assert not missing.look()
    assert stored[-1] == missing.paths == frozenset()


def test_what_could_not_be_stored_is_looked_for_again(tmp_path: Path) -> None:
    def fail(folders: frozenset[str]) -> None:
        raise OSError("the database is away")

    missing = MissingFolders(fail)
    missing.add(str(tmp_path))
    with pytest.raises(OSError, match="away"):
        missing.look()
    assert missing.paths == {str(tmp_path)}
