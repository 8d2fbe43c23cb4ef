"""Keeps child processes running: starts them again when they die, stops them in order."""

import ctypes
import os
import select
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from torc_site.environment import PROJECT_DIR
from torc_site.processes import process_table

FIRST_DELAY, LONGEST_DELAY, HEALTHY_AFTER = 0.5, 30.0, 60.0
PR_SET_PDEATHSIG = 1
CLIB = ctypes.CDLL(None)  # before any fork: a child between fork and exec must not import


def say(text: str) -> None:
    """Print a line at once, for the terminal or the log."""
    print(text, flush=True)


def delay_after(n_failures: int) -> float:
    """Return the seconds to wait after that many failures in a row."""
    return min(LONGEST_DELAY, FIRST_DELAY * 2.0 ** (n_failures - 1))


class Signals:
    """Turns signals into something to wait for: no code runs inside a signal handler."""

    NUMBERS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD)

    def __init__(self) -> None:
        self._reading, writing = os.pipe()
        os.set_blocking(self._reading, False)
        os.set_blocking(writing, False)
        for number in self.NUMBERS:
            signal.signal(number, lambda *_: None)
        signal.set_wakeup_fd(writing, warn_on_full_buffer=False)

    def wait(self, seconds: float) -> set[int]:
        """Return the numbers of the signals that arrive within that many seconds, or none."""
        with suppress(InterruptedError):
            select.select([self._reading], [], [], max(0.0, seconds))
        with suppress(BlockingIOError):
            return set(os.read(self._reading, 512))
        return set()


class Child:
    """A command that is kept running.

    Args:
        name: for messages.
        command: its words.
        environ: its environment.
        grace: seconds between SIGTERM and SIGKILL when it is stopped.
    """

    def __init__(
        self, name: str, command: Sequence[str], environ: dict[str, str], grace: float
    ) -> None:
        self.name = name
        self.grace = grace
        self._command = command
        self._environ = environ
        self._process: subprocess.Popen[bytes] | None = None
        self._started = 0.0
        self._n_failures = 0
        self._due = 0.0

    @property
    def pid(self) -> int | None:
        """The number of the running process."""
        return self._process.pid if self._process else None

    def poll(self) -> int | None:
        """Return the exit code if the process has ended and was not started again, else None."""
        return self._process.poll() if self._process else None

    def keep_alive(self, now: float) -> float:
        """Start the process if that is due, and return the time at which to call this again."""
        if self._process is not None and self._process.poll() is not None:
            self._note_death(self._process.returncode, now)
        if self._process is None and now >= self._due:
            self._start(now)
        return self._due if self._process is None else now + HEALTHY_AFTER

    def _start(self, now: float) -> None:
        self._started = now
        self._process = subprocess.Popen(  # a session of its own, as Ctrl-C is the parent's
            self._command,
            cwd=PROJECT_DIR,
            env=self._environ,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=_end_with_parent,
        )

    def _note_death(self, code: int, now: float) -> None:
        self._process = None
        healthy = now - self._started >= HEALTHY_AFTER
        self._n_failures = 1 if healthy else self._n_failures + 1
        self._due = now + delay_after(self._n_failures)
        why = f"signal {-code}" if code < 0 else f"exit code {code}"
        say(f"torc: the {self.name} ended ({why}); starting it again in {self._due - now:g} s")

    def kill_if_silent(self, silence: float, longest: float, now: float) -> None:
        """Kill a process that hangs; `keep_alive` starts it again.

        Args:
            silence: seconds since its last heartbeat.
            longest: seconds of silence, and of its life, that it may have.
            now: seconds on the monotonic clock.
        """
        if self._process is not None and min(silence, now - self._started) > longest:
            say(f"torc: the {self.name} has not responded for {silence:.0f} s; ending it")
            self._process.kill()

    def stop(self) -> None:
        """Send SIGTERM, and SIGKILL when the process has not ended within its grace."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(self.grace)
        except subprocess.TimeoutExpired:
            say(f"torc: the {self.name} did not end within {self.grace:g} s and is killed")
            self._process.kill()
            self._process.wait()
        self._process = None


def _end_with_parent() -> None:
    CLIB.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Supervisor:
    """Keeps children alive until a signal asks to stop.

    Args:
        signals: of this process.
        record: the file in which the children are noted, for a later parent.
    """

    def __init__(self, signals: Signals, record: Path) -> None:
        self.children: list[Child] = []
        self._signals = signals
        self._record = record

    def add(self, child: Child) -> None:
        """Start a child and keep it alive from now on."""
        self.children.append(child)
        self.start_due()

    def start_due(self) -> float:
        """Start the children that are due; return the seconds until the next may be due."""
        before = [child.pid for child in self.children]
        now = time.monotonic()
        due = [child.keep_alive(now) for child in self.children]
        if before != [child.pid for child in self.children]:
            self._write_record()
        return min(due, default=now + HEALTHY_AFTER) - now

    def run(self, every: float, each_time: Callable[[], None]) -> int:
        """Keep the children alive until SIGINT, SIGTERM or SIGHUP arrives; return its number.

        Args:
            every: seconds at most between two calls.
            each_time: called again and again.
        """
        while True:
            arrived = self._signals.wait(min(every, self.start_due()))
            if requests := arrived - {signal.SIGCHLD}:
                return min(requests)
            each_time()

    def stop(self) -> None:
        """Stop the children, the first one last."""
        for child in reversed(self.children):
            child.stop()
        self._record.unlink(missing_ok=True)

    def _write_record(self) -> None:
        processes = [process_table.find(child.pid) for child in self.children if child.pid]
        lines = [f"{process.pid} {process.start_ticks}\n" for process in processes if process]
        draft = self._record.with_suffix(".new")
        draft.write_text("".join(lines))
        draft.replace(self._record)


def end_leftovers(record: Path, grace: float = 10.0) -> None:
    """End the children of an earlier parent that was killed before it could stop them."""
    if not record.exists():
        return
    pairs = [line.split() for line in record.read_text().splitlines()]
    recorded = [process_table.Process(int(pid), int(ticks)) for pid, ticks in pairs]
    if any(process.is_living for process in recorded):
        say("torc: ending processes that an earlier start left running")
        process_table.end(recorded, grace)
    record.unlink()
