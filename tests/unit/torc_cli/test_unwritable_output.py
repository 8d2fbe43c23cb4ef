"""What `torc` says when stdout or stderr cannot be written."""

import subprocess
import sys

import pytest

from torc_cli.commands.up import PROJECT

COMMAND = [sys.executable, "-c", "from torc_cli.entry import run_and_leave; run_and_leave()"]


@pytest.mark.parametrize("words", [["version"], ["--help"], ["completions", "bash"]])
def test_a_full_disk_under_stdout_is_one_line(words: list[str]) -> None:
    with open("/dev/full", "wb") as full:
        ran = subprocess.run(
            [*COMMAND, *words], stdout=full, stderr=subprocess.PIPE, text=True, cwd=PROJECT
        )
    assert ran.returncode == 4
    assert ran.stderr == (
        "error: cannot write the output: No space left on device - it is not complete\n"
    )


def test_a_full_disk_under_the_start_with_python_is_one_line() -> None:
    with open("/dev/full", "wb") as full:
        ran = subprocess.run(
            [sys.executable, "-m", "torc_cli", "version"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            cwd=PROJECT,
        )
    assert (ran.returncode, ran.stderr.count("\n")) == (4, 1)


def test_a_closed_stdout_is_one_line() -> None:
    ran = subprocess.run(
        ["/bin/sh", "-c", 'exec "$@" version >&-', "sh", *COMMAND],
        stderr=subprocess.PIPE,
        text=True,
        cwd=PROJECT,
    )
    assert ran.stderr == "error: cannot write the output: stdout is closed\n"
    assert ran.returncode == 4


@pytest.mark.parametrize("to", ["2>/dev/full", "2>&-"])
def test_an_unwritable_stderr_changes_no_exit_code(to: str) -> None:
    ran = subprocess.run(
        ["/bin/sh", "-c", f'exec "$@" no-such-command {to}', "sh", *COMMAND],
        stdout=subprocess.PIPE,
        cwd=PROJECT,
    )
    assert (ran.returncode, ran.stdout) == (2, b"")
