"""The entry point of the command."""

import subprocess
import sys
import tomllib
from pathlib import Path

from tests.unit.torc_cli.conftest import Torc
from torc_cli import __version__
from torc_cli.commands import up

PROJECT = Path(up.PROJECT)


def test_the_version_is_the_projects(torc: Torc) -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]
    assert __version__ == project["version"]
    assert torc("version").out == f"torc {__version__}\n"
    assert torc("--version").out == f"torc {__version__}\n"


def test_a_closed_pipe_is_no_traceback() -> None:
    command = f"{sys.executable} -m torc_cli --help | true"
    ran = subprocess.run(
        ["bash", "-c", command], cwd=PROJECT, capture_output=True, text=True, timeout=20
    )
    assert ran.stderr == ""
