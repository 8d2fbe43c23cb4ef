"""Commands that need no server: start-up, installation, completions."""

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.unit.torc_cli.conftest import Torc
from torc_cli import __version__, install
from torc_cli.commands import local
from torc_cli.line.catalogue import GRAMMAR
from torc_cli.line.completions import SCRIPTS

PROJECT = Path(local.PROJECT)


def test_the_version_is_the_projects(torc: Torc) -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]
    assert __version__ == project["version"]
    assert torc("version").out == f"torc {__version__}\n"
    assert torc("--version").out == f"torc {__version__}\n"


@pytest.mark.parametrize("role", ["up", "worker"])
def test_up_and_worker_become_the_parent(
    torc: Torc, monkeypatch: pytest.MonkeyPatch, role: str
) -> None:
    became: list[list[str]] = []
    monkeypatch.setattr(os, "execv", lambda _, argv: became.append(argv))
    torc(role, "--port", "9", "-f")
    assert became == [
        [sys.executable, "-P", "-m", "torc_site.processes.parent", role, "--port", "9", "-f"]
    ]


@pytest.mark.parametrize(
    ("line", "management_command"),
    [
        (["login-link"], ["login_link"]),
        (["users", "create", "ann"], ["create_user", "ann"]),
        (["users", "create", "ann", "--staff"], ["create_user", "ann", "--staff"]),
    ],
)
def test_what_needs_the_server_itself_becomes_a_management_command(
    torc: Torc, monkeypatch: pytest.MonkeyPatch, line: list[str], management_command: list[str]
) -> None:
    became: list[list[str]] = []
    monkeypatch.setattr(os, "execv", lambda _, argv: became.append(argv))
    torc(*line)
    assert became == [[sys.executable, "-P", "-m", "torc_site.manage", *management_command]]


def test_where_no_server_is_installed_its_commands_say_so(
    torc: Torc, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(local, "PROJECT", str(tmp_path))
    ran = torc("login-link")
    assert (ran.code, ran.err) == (
        1,
        "error: the server is not installed here - run this on the server's machine\n",
    )


def test_a_get_imports_next_to_nothing() -> None:
    script = (
        "import sys\n"
        f"sys.path.insert(0, {str(PROJECT)!r})\n"
        "from torc_cli.entry import main\n"
        "main(['user-data', 'get', '1', '--url', 'http://127.0.0.1:1/'])\n"
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
    assert sorted(each.name for each in tmp_path.iterdir()) == ["torc", "torc_project.pth"]


def test_a_closed_pipe_is_no_traceback() -> None:
    command = f"{sys.executable} -m torc_cli --help | true"
    ran = subprocess.run(
        ["bash", "-c", command], cwd=PROJECT, capture_output=True, text=True, timeout=20
    )
    assert ran.stderr == ""


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completions_know_every_command(torc: Torc, shell: str) -> None:
    script = torc("completions", shell).out
    for words in GRAMMAR.by_words:
        assert words.rpartition(" ")[2] in script


def test_an_unknown_shell_is_refused(torc: Torc) -> None:
    ran = torc("completions", "tcsh")
    assert (ran.code, ran.err) == (
        2,
        "error: there are no completions for 'tcsh' - bash, zsh, fish\n",
    )


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("torc us", {"user-data", "users"}),
        ("torc user-data g", {"get"}),
        ("torc -f json user-data get --da", {"--data-only"}),
        ("torc jobs list --stat", {"--status"}),
        ("torc workflows init", {"init", "initialize", "initialize-jobs"}),
    ],
)
def test_bash_completes(tmp_path: Path, line: str, expected: set[str]) -> None:
    script = tmp_path / "torc.bash"
    script.write_text(SCRIPTS["bash"](GRAMMAR))
    words = line.split(" ")
    quoted = " ".join(f"'{word}'" for word in words)
    command = (
        f"source {script}; COMP_WORDS=({quoted}); COMP_CWORD={len(words) - 1}; _torc torc; "
        'printf "%s\\n" "${COMPREPLY[@]}"'
    )
    ran = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=20)
    assert (set(ran.stdout.split()), ran.stderr) == (expected, "")
