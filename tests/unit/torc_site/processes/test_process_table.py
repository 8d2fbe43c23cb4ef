"""Processes are told apart from later ones with the same number."""

import signal
import subprocess

from tests.servers import wait_until
from torc_site.processes import process_table
from torc_site.processes.process_table import Process


def test_a_stranger_with_the_same_number_is_left_alone() -> None:
    stranger = subprocess.Popen(["sleep", "60"])
    try:
        assert not Process(stranger.pid, 12).is_living
        process_table.end([Process(stranger.pid, 12)], grace=0.1)
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_a_process_that_ignores_the_request_is_killed() -> None:
    stubborn = subprocess.Popen(
        ["bash", "-c", "trap '' TERM; echo; exec sleep 60"], stdout=subprocess.PIPE
    )
    assert stubborn.stdout
    stubborn.stdout.readline()
    process = process_table.find(stubborn.pid)
    assert process
    process_table.end([process], grace=0.1)
    assert stubborn.wait() == -signal.SIGKILL
    stubborn.stdout.close()


def test_a_zombie_is_not_living() -> None:
    process = subprocess.Popen(["true"])
    wait_until(lambda: process_table.find(process.pid) is None, 5, "the process ended")
    process.wait()
