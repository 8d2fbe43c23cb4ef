"""The statuses of a job, what each means and which may follow which."""

import signal
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, IntEnum


class JobStatus(IntEnum):
    """Torc's job statuses, with the numbers that its clients know."""

    UNINITIALIZED = 0
    """Created or reset; `initialize` has not looked at it."""
    BLOCKED = 1
    """Waits for a predecessor."""
    READY = 2
    """Waits for nothing but a start of its workflow and room on a node."""
    PENDING = 3
    """Placed on a node; its process has not started."""
    RUNNING = 4
    """Its process runs."""
    COMPLETED = 5
    """Ended with return code 0."""
    FAILED = 6
    """Ended with another return code, or without an output it declared."""
    CANCELED = 7
    """Ended or given up because a person or a failed predecessor said so."""
    TERMINATED = 8
    """Ended by the system: a limit was hit, or its node was lost."""
    DISABLED = 9
    """Switched off by a person; it never runs and its successors stay blocked."""
    PENDING_FAILED = 10
    """Failed without a matching failure handler, waiting for a verdict."""

    @property
    def word(self) -> str:
        """The lower-case word used in JSON, tables and pages."""
        return self.name.lower()

    @classmethod
    def of_word(cls, word: str) -> "JobStatus":
        """Return the status that `word` names.

        Raises:
            ValueError: there is no such status.
        """
        try:
            return cls[word.upper()]
        except KeyError:
            raise ValueError(f"{word!r} is not a status of a job") from None


COMPLETE = frozenset(
    {JobStatus.COMPLETED, JobStatus.FAILED, JobStatus.CANCELED, JobStatus.TERMINATED}
)
"""What lets successors go on; a workflow whose jobs are all in these is complete."""

BAD = frozenset({JobStatus.FAILED, JobStatus.CANCELED, JobStatus.TERMINATED})
"""What cancels successors whose `cancel_on_blocking_job_failure` is true."""

ENDED_BADLY = frozenset({JobStatus.FAILED, JobStatus.TERMINATED, JobStatus.PENDING_FAILED})
"""What a job came to by itself: no person and no other job canceled it."""

UNSUCCESSFUL = frozenset({*ENDED_BADLY, JobStatus.CANCELED})
"""What is over without success, whoever caused it."""

ACTIVE = frozenset({JobStatus.PENDING, JobStatus.RUNNING})
"""What has an open attempt."""

WAITING = frozenset({JobStatus.UNINITIALIZED, JobStatus.BLOCKED, JobStatus.READY})
"""What a person may cancel without ending a process."""


RERUNNABLE = frozenset({*COMPLETE, *ACTIVE, JobStatus.PENDING_FAILED})
"""What a rerun may take: there is something to run again; other jobs run anyway, or never."""


class Mover(Enum):
    """Who changes the status of a job."""

    ENGINE = "engine"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class Transition:
    """One way in which a status changes; every UPDATE of a status is one of these."""

    mover: Mover
    sources: frozenset[JobStatus]
    """The UPDATE changes a job in one of these, and no other: whoever came first has won."""
    targets: frozenset[JobStatus]


def _transition(
    mover: Mover, sources: Iterable[JobStatus], targets: Iterable[JobStatus]
) -> Transition:
    return Transition(mover, frozenset(sources), frozenset(targets))


PLACE = _transition(Mover.ENGINE, {JobStatus.READY}, {JobStatus.PENDING})
"""There is room on a node: an attempt is opened."""
START = _transition(Mover.ENGINE, {JobStatus.PENDING}, {JobStatus.RUNNING})
"""The process of the attempt runs."""
END = _transition(Mover.ENGINE, ACTIVE, {*COMPLETE, JobStatus.PENDING_FAILED, JobStatus.READY})
"""The attempt ended; ready again if it failed and is tried again, or was lost."""
GIVE_BACK = _transition(Mover.ENGINE, {JobStatus.PENDING}, {JobStatus.READY})
"""The worker leaves before it has started the attempt."""
RELEASE = _transition(Mover.ENGINE, {JobStatus.BLOCKED}, {JobStatus.READY})
"""The last predecessor is complete."""
CASCADE = _transition(Mover.ENGINE, {JobStatus.BLOCKED}, {JobStatus.CANCELED})
"""A predecessor ended badly, and the job's flag says that this cancels it."""
RECOUNT = _transition(
    Mover.ENGINE,
    {JobStatus.BLOCKED, JobStatus.READY},
    {JobStatus.BLOCKED, JobStatus.READY, JobStatus.CANCELED},
)
"""Statuses or dependencies were changed by hand, and what follows is worked out anew."""

CANCEL_WAITING = _transition(
    Mover.PERSON, {*WAITING, JobStatus.PENDING_FAILED}, {JobStatus.CANCELED}
)
"""Somebody cancels a job that has no open attempt."""
CANCEL_UNSTARTED = _transition(Mover.PERSON, {JobStatus.PENDING}, {JobStatus.CANCELED})
"""Somebody cancels a job whose attempt no worker could start any more."""
DISABLE = _transition(Mover.PERSON, WAITING, {JobStatus.DISABLED})
"""Somebody switches a job off."""
ENABLE = _transition(Mover.PERSON, {JobStatus.DISABLED}, {JobStatus.UNINITIALIZED})
"""Somebody switches it on again."""
INITIALIZE = _transition(Mover.PERSON, set(JobStatus) - {JobStatus.DISABLED}, {JobStatus.BLOCKED})
"""A run begins; a recount then makes some jobs ready."""
RESET = _transition(
    Mover.PERSON,
    set(JobStatus) - {JobStatus.UNINITIALIZED, JobStatus.DISABLED},
    {JobStatus.UNINITIALIZED},
)
"""Somebody resets jobs; their open attempts have been stopped."""
RERUN = _transition(Mover.PERSON, RERUNNABLE, {JobStatus.BLOCKED})
"""Somebody runs jobs again within the run; a recount then makes some ready."""

TRANSITIONS = (
    *(PLACE, START, END, GIVE_BACK, RELEASE, CASCADE, RECOUNT),
    *(CANCEL_WAITING, CANCEL_UNSTARTED, DISABLE, ENABLE, INITIALIZE, RESET, RERUN),
)
"""Every legal change of a status."""


def may_follow(status: JobStatus, before: JobStatus, mover: Mover) -> bool:
    """Return whether `mover` may change a job from `before` to `status`."""
    return any(
        step.mover is mover and before in step.sources and status in step.targets
        for step in TRANSITIONS
    )


DISPLAY_ORDER = (
    JobStatus.COMPLETED,
    JobStatus.RUNNING,
    JobStatus.PENDING,
    JobStatus.READY,
    JobStatus.BLOCKED,
    JobStatus.UNINITIALIZED,
    JobStatus.DISABLED,
    JobStatus.CANCELED,
    JobStatus.TERMINATED,
    JobStatus.PENDING_FAILED,
    JobStatus.FAILED,
)
"""The fixed order of every bar and legend: failed last."""


class KillReason:
    """Why a running attempt is to be ended; stored before the first signal."""

    CANCELED = "canceled"
    RUNTIME = "runtime"
    MEMORY = "memory"


RETURN_CODE_RUNTIME = 152
RETURN_CODE_MEMORY = 137
RETURN_CODE_LOST = -128

_HARMLESS_SIGNALS = frozenset({"CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "WINCH"})
_SIGNALS_OF_CODES = {
    128 + number: number
    for number in signal.Signals
    if number <= signal.SIGSYS and number.name.removeprefix("SIG") not in _HARMLESS_SIGNALS
}
_LAST_SIGNAL = 64


def ending_signal(return_code: int) -> int | None:
    """Return the signal that a return code tells of, None if the command chose the code itself.

    A shell says 128 + n of what signal n ended, but commands return 200 or 255 as they like: only
    signals that end a process, and that are sent in earnest, are read out of such a code.

    Args:
        return_code: negative where the kernel named the signal.
    """
    if -_LAST_SIGNAL <= return_code < 0:
        return -return_code
    return _SIGNALS_OF_CODES.get(return_code)


def signal_text(number: int) -> str:
    """Return what is said of an attempt that a signal ended."""
    try:
        return f"ended by signal {number} ({signal.Signals(number).name})"
    except ValueError:  # a real-time signal
        return f"ended by signal {number}"


GLYPHS = {
    "completed": "✓",
    "running": "▶",
    "pending": "◔",
    "ready": "●",
    "blocked": "◌",
    "uninitialized": "\N{EN DASH}",
    "disabled": "\N{EN DASH}",
    "canceled": "⊘",
    "terminated": "■",
    "pending_failed": "✕",
    "failed": "✕",
}
"""Every status and its sign, in the order of the bars: failed last, where the eye ends."""
