"""One process tree: claim, lock and record are one file."""

import os
import signal
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from jobs.worker import process as job_process
from jobs.worker.process import Launch
from tests.servers import wait_until


def launch(folder: Path, command: str, **environment: str) -> Launch:
    return Launch(
        record=folder / "7",
        command=command,
        environment={"PATH": os.environ["PATH"], **environment},
        directory=str(folder),
        stdout=folder / "7.out",
        stderr=folder / "7.err",
    )


def ended(folder: Path, command: str) -> subprocess.Popen[bytes]:
    process = job_process.start(launch(folder, command))
    process.wait(10)
    return process


def programs_of(record: Path) -> list[str]:
    """What the tree runs; a bash that has just been forked still bears its parent's name."""
    return [program for pid in job_process.tree(record) if (program := program_of(pid))]


def program_of(pid: int) -> str | None:
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        return None


@pytest.mark.parametrize(
    ("command", "code"),
    [
        ("true", 0),
        ("exit 3", 3),
        ("false || exit 255", 255),
        ("no-such-command-here", 127),
        ("kill -9 $BASHPID", 137),
        ("if then", 2),
        ("exec bash -c 'exit 5'", 5),
        ("trap 'exit 9' EXIT; true", 9),
        ("set -e; false; echo not here", 1),
        ("kill -TERM $$; sleep 5", 143),
        ("(exit 4)", 4),
        ("echo $(", 2),
        ("unset PATH; ls", 127),
        ("set -u; echo $unheard", 1),
        ("echo ${unheard:?}", 1),
        ("return 3", 2),
        ("bash -c 'ulimit -t 0; exit 6'", 6),
        ("f() { f; }; ulimit -s 256; f 2>/dev/null", 139),
        ("exec 9>&-; exit 8", 8),
        ("python3 -c 'import os; os.killpg(0, 15)'", 143),
        ("sleep 0.01 & exit 5", 5),
    ],
)
def test_the_record_holds_the_exit_code_of_the_command(
    tmp_path: Path, command: str, code: int
) -> None:
    ended(tmp_path, command)
    assert job_process.exit_code(tmp_path / "7") == code


@pytest.mark.parametrize("command", ["sleep 60", "sleep 60; echo on", "while :; do sleep 60; done"])
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_to_the_tree_is_its_exit_code(
    tmp_path: Path, command: str, number: signal.Signals
) -> None:
    process = job_process.start(launch(tmp_path, command))
    wait_until(lambda: "sleep" in programs_of(tmp_path / "7"), 5, "the command to start")
    job_process.send(tmp_path / "7", number)
    process.wait(5)
    assert job_process.exit_code(tmp_path / "7") == 128 + number


def test_output_goes_straight_to_the_files(tmp_path: Path) -> None:
    ended(tmp_path, "echo out; echo err >&2")
    assert (tmp_path / "7.out").read_text() == "out\n"
    assert (tmp_path / "7.err").read_text() == "err\n"


def test_the_files_of_the_command_have_the_umask_that_was_asked_for(tmp_path: Path) -> None:
    job_process.start(replace(launch(tmp_path, "touch made"), umask=0o027)).wait(10)
    assert (tmp_path / "made").stat().st_mode & 0o777 == 0o640
    assert (tmp_path / "7.out").stat().st_mode & 0o777 == 0o600


def test_standard_input_is_empty(tmp_path: Path) -> None:
    ended(tmp_path, "cat; echo done")
    assert (tmp_path / "7.out").read_text() == "done\n"


def test_the_command_sees_no_arguments_and_a_shell_named_bash(tmp_path: Path) -> None:
    ended(tmp_path, 'echo "$0 $# [$*]"')
    assert (tmp_path / "7.out").read_text() == "bash 0 []\n"


@pytest.mark.parametrize("extra", ["", "trap '' USR1", ": $$"])  # in place, in a fork, in a shell
@pytest.mark.parametrize(
    ("command", "out", "err"),
    [
        ("echo $LINENO", "1\n", ""),
        (":\n\nmissing-tool", "", "bash: line 3: missing-tool: command not found\n"),
        ("f() {\necho $LINENO\n}\nf; echo $LINENO", "2\n4\n", ""),
        ("trap 'echo near $LINENO' ERR\nfalse", "near 2\n", ""),
    ],
)
def test_messages_count_lines_from_the_first_of_the_command(
    tmp_path: Path, extra: str, command: str, out: str, err: str
) -> None:
    ended(tmp_path, f"{extra or ':'}; {command}")
    assert (tmp_path / "7.out").read_text() == out
    assert (tmp_path / "7.err").read_text() == err


def test_a_syntax_error_names_the_line_of_the_command(tmp_path: Path) -> None:
    ended(tmp_path, "echo one\nif then")
    assert "line 2: syntax error" in (tmp_path / "7.err").read_text()


def test_a_second_start_of_the_same_attempt_is_refused(tmp_path: Path) -> None:
    ended(tmp_path, "echo once")
    with pytest.raises(job_process.AlreadyTaken):
        job_process.start(launch(tmp_path, "echo twice"))
    assert (tmp_path / "7.out").read_text() == "once\n"


def test_a_directory_that_is_not_there_is_named(tmp_path: Path) -> None:
    wrong = Launch(
        tmp_path / "7", "true", {}, str(tmp_path / "gone"), tmp_path / "7.out", tmp_path / "7.err"
    )
    with pytest.raises(job_process.CannotStart, match="gone"):
        job_process.start(wrong)


def test_a_log_replaced_by_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "victim").write_text("kept")
    (tmp_path / "7.out").symlink_to(tmp_path / "victim")
    with pytest.raises(job_process.CannotStart):
        job_process.start(launch(tmp_path, "echo overwritten"))
    assert (tmp_path / "victim").read_text() == "kept"


def test_the_lock_is_held_while_anything_of_the_tree_lives(tmp_path: Path) -> None:
    process = ended(tmp_path, "setsid sleep 30 & exit 0")
    record = job_process.read_record(tmp_path / "7")
    assert record is not None
    assert (record.return_code, record.is_held, record.pid) == (0, True, process.pid)
    assert job_process.send(tmp_path / "7", signal.SIGKILL) == 1
    wait_until(lambda: not job_process.tree(tmp_path / "7"), 5, "the daemon to end")
    after = job_process.read_record(tmp_path / "7")
    assert after is not None
    assert not after.is_held


def test_the_whole_tree_is_signaled_and_the_code_is_still_recorded(tmp_path: Path) -> None:
    process = job_process.start(launch(tmp_path, "sleep 60 | sleep 60; echo unreachable"))
    record = tmp_path / "7"
    wait_until(lambda: programs_of(record).count("sleep") == 2, 5, "the pipeline to start")
    job_process.send(tmp_path / "7", signal.SIGTERM)
    process.wait(5)
    assert job_process.exit_code(tmp_path / "7") == 143
    assert job_process.tree(tmp_path / "7") == set()


def test_an_attempt_that_never_started_has_no_record(tmp_path: Path) -> None:
    assert job_process.read_record(tmp_path / "7") is None
    assert job_process.exit_code(tmp_path / "7") is None


def test_an_exit_line_without_its_newline_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "7").write_text("pid 1\nexit 1")
    assert job_process.exit_code(tmp_path / "7") is None
