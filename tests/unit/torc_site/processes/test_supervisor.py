"""What dies is started again, later each time, and stops when asked."""

import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from tests.servers import wait_until
from torc_site.processes import process_table, supervisor
from torc_site.processes.supervisor import Child


def has_ended(child: Child) -> bool:
    return child.pid is None or process_table.find(child.pid) is None


@pytest.mark.parametrize(
    ("n_failures", "seconds"), [(1, 0.5), (2, 1), (3, 2), (6, 16), (7, 30), (500, 30)]
)
def test_the_delay_doubles_up_to_half_a_minute(n_failures: int, seconds: float) -> None:
    assert supervisor.delay_after(n_failures) == seconds


def test_a_child_that_dies_is_started_again_after_a_growing_delay() -> None:
    child = Child("stub", ["false"], dict(os.environ), grace=5)
    child.keep_alive(100.0)
    for at, due in ((100.0, 100.5), (100.5, 101.5), (101.5, 103.5)):
        wait_until(lambda: has_ended(child), 5, "the child ended")
        assert child.keep_alive(at) == due
        assert child.pid is None
        child.keep_alive(due)
        assert child.pid is not None
    child.stop()


def test_a_child_that_was_healthy_for_a_minute_starts_afresh() -> None:
    child = Child("stub", ["false"], dict(os.environ), grace=5)
    child.keep_alive(0.0)
    wait_until(lambda: has_ended(child), 5, "the child ended")
    assert child.keep_alive(0.0) == 0.5
    child.keep_alive(0.5)
    wait_until(lambda: has_ended(child), 5, "the child ended")
    assert child.keep_alive(61.0) == 61.5
    child.stop()


def test_a_child_that_does_not_end_is_killed_after_its_grace() -> None:
    child = Child("stub", ["bash", "-c", "trap '' TERM; sleep 60 & wait; wait"], {}, grace=0.2)
    child.keep_alive(0.0)
    pid = child.pid
    assert pid
    child.stop()
    assert child.pid is None
    assert process_table.find(pid) is None
    with suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)


def test_children_end_when_their_parent_is_killed(tmp_path: Path) -> None:
    code = (
        "import os, signal; from torc_site.processes.supervisor import Child;"
        "child = Child('stub', ['sleep', '60'], {'PATH': os.environ['PATH']}, 5);"
        "child.keep_alive(0.0); print(child.pid, flush=True); signal.pause()"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert parent.stdout
    pid = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    parent.stdout.close()
    wait_until(lambda: process_table.find(pid) is None, 5, "the child ended")


def test_what_a_killed_parent_left_behind_is_ended(tmp_path: Path) -> None:
    left = subprocess.Popen(["sleep", "60"])
    process = process_table.find(left.pid)
    assert process
    record = tmp_path / "children"
    record.write_text(f"{process.pid} {process.start_ticks}\n")
    supervisor.end_leftovers(record)
    assert left.wait(5) == -signal.SIGTERM
    assert not record.exists()


@pytest.mark.parametrize(
    ("silence", "now", "is_ended"),
    [(91.0, 200.0, True), (89.0, 200.0, False), (500.0, 80.0, False)],
    ids=["silent too long", "heard of lately", "only just started"],
)
def test_a_child_without_a_sign_of_life_is_ended(
    silence: float, now: float, is_ended: bool
) -> None:
    child = Child("stub", ["sleep", "60"], dict(os.environ), grace=5)
    child.keep_alive(0.0)
    child.kill_if_silent(silence, 90.0, now)
    if is_ended:
        wait_until(lambda: has_ended(child), 5, "it ended")
    assert has_ended(child) is is_ended
    child.stop()
