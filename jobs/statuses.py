"""The statuses of a job, what each means and which may follow which."""

from enum import IntEnum


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
        """The status that `word` names; ValueError when there is none."""
        try:
            return cls[word.upper()]
        except KeyError:
            raise ValueError(f"{word!r} is no job status") from None


COMPLETE = frozenset(
    {JobStatus.COMPLETED, JobStatus.FAILED, JobStatus.CANCELED, JobStatus.TERMINATED}
)
"""What lets successors go on; a workflow whose jobs are all in these is complete."""

BAD = frozenset({JobStatus.FAILED, JobStatus.CANCELED, JobStatus.TERMINATED})
"""What cancels successors whose `cancel_on_blocking_job_failure` is true."""

ENDED_BADLY = frozenset({JobStatus.FAILED, JobStatus.TERMINATED, JobStatus.PENDING_FAILED})
"""What a job came to by itself: no person and no other job canceled it."""

UNSUCCESSFUL = frozenset({*ENDED_BADLY, JobStatus.CANCELED})
"""What is over without success, whoever's doing that was."""

ACTIVE = frozenset({JobStatus.PENDING, JobStatus.RUNNING})
"""What has an open attempt."""

WAITING = frozenset({JobStatus.UNINITIALIZED, JobStatus.BLOCKED, JobStatus.READY})
"""What a person may cancel without ending a process."""

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
