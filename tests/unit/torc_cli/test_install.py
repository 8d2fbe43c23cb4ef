"""The `torc` script: what it costs to start, and where it can be installed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from torc_cli import __version__, install
from torc_cli.commands import up

PROJECT = Path(up.PROJECT)


@pytest.mark.parametrize(
    "words",
    [
        "user-data get 1",
        "user-data update 1 --data 2",
        "jobs list 1",
        "jobs get 1",
        "jobs cancel 1",
    ],
)
def test_what_jobs_call_imports_next_to_nothing(words: str) -> None:
    script = (
        "import sys\n"
        f"sys.path.insert(0, {str(PROJECT)!r})\n"
        "from torc_cli.entry import main\n"
        f"main({[*words.split(), '--url', 'http://127.0.0.1:1/']})\n"
        "print(*sys.modules)"
    )
    ran = subprocess.run(
        [sys.executable, "-IS", "-c", script], capture_output=True, text=True, timeout=20
    )
    heavy = {"re", "json", "typing", "socket", "http", "argparse", "collections", "enum", "ssl"}
    assert heavy & set(ran.stdout.split()) == set()
    assert "cannot reach the server" in ran.stderr


@pytest.mark.parametrize("folder", ["plain", "with space", "x" * 150])
def test_the_launcher_starts_whatever_its_folder(tmp_path: Path, folder: str) -> None:
    home = tmp_path / folder
    home.mkdir()
    python = home / "python"
    python.symlink_to(sys.executable)
    script = home / "torc"
    script.write_text(install.launcher(str(python), str(PROJECT)))
    script.chmod(0o755)
    ran = subprocess.run(
        [script, "version"],
        capture_output=True,
        text=True,
        timeout=20,
        env={"PYTHONPATH": "/nowhere", "PYTHONSTARTUP": "/nowhere", "PATH": os.environ["PATH"]},
    )
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, f"torc {__version__}\n", "")


def test_installing_replaces_the_script_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sysconfig.get_path", lambda _: str(tmp_path))
    (tmp_path / "torc").write_text("old")
    install.install(str(tmp_path / "torc"))
    assert (tmp_path / "torc").read_text() == install.launcher(sys.executable, str(PROJECT))
    assert (tmp_path / "torc_project.pth").read_text() == f"{PROJECT}\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["torc", "torc_project.pth"]
