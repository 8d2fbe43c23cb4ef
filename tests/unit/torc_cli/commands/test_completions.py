"""The completion scripts of shells."""

import subprocess
from pathlib import Path

import pytest

from tests.unit.torc_cli.conftest import Torc
from torc_cli.line.catalog import GRAMMAR
from torc_cli.line.completion_scripts import SCRIPTS


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
