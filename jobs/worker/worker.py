"""The worker of one node: slots that run attempts, and the threads around them."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta

from jobs.nodes import session
from jobs.recording.store import StartedAttempt
from jobs.scheduling.attempts import AttemptPlan, Outcome, load_open_attempts, never_started
from jobs.scheduling.open_attempts import OpenedAttempt
from jobs.statuses import RETURN_CODE_LOST, JobStatus
from jobs.worker import process as job_process
from jobs.worker.job_environment import FolderMissing, Launcher, missing_outputs, tail_of
from jobs.worker.limit_watcher import Watcher
from jobs.worker.missing_folders import MissingFolders
from jobs.worker.node_folder import NodeFolder
from jobs.worker.outcome import leader_exit, meaning_of_exit, seconds_since_end
from jobs.worker.process import Record
from jobs.worker.reporter import Reporter
from jobs.worker.usage import NOTES_SUFFIX, encoded

logger = logging.getLogger(__name__)

LINGER_SECONDS = 3.0
"""How long what a job left running may go on after its end."""


class Worker:
    """Takes attempts from the broker, from the reporter and from the database, and runs them.

    Args:
        folder: this node's folder, held by this process.
        launcher: knows directories, logs and the environment of jobs.
        publish: sends delivery notes; may block, so a thread of its own calls it.
    """

    def __init__(
        self,
        folder: NodeFolder,
        launcher: Launcher,
        publish: Callable[[Iterable[OpenedAttempt]], None],
    ) -> None:
        self.folder = folder
        self._launcher = launcher
        self._publish = publish
        self._claims: dict[int, object] = {}
        self._kill_reasons: dict[int, str] = {}
        self._outbox: queue.SimpleQueue[list[OpenedAttempt]] = queue.SimpleQueue()
        self._is_stopping = False
        self._missing_folders = MissingFolders(self._store_missing_folders)
        self.watcher = Watcher(on_limit=self._end_for_limit)
        self.reporter = Reporter(
            node_uid=folder.uid,
            incarnation=folder.incarnation,
            claim=self.claim,
            publish=self._outbox.put,
            on_closed=self.watcher.end,
            on_stored=self._forget,
        )

    def start(self) -> None:
        """Start the threads; attempts may be taken from now on."""
        self.reporter.start()
        self.watcher.start()
        threading.Thread(target=self._send, name="publisher", daemon=True).start()

    def claim(self, result_id: int) -> bool:
        """Return whether this call is the first to take the attempt, as long as it is open."""
        mark = object()
        return self._claims.setdefault(result_id, mark) is mark

    def take(self, result_id: int, incarnation: str) -> AttemptPlan | None:
        """Take the attempt of a message; return its plan if it is ours, open and not taken."""
        if incarnation != self.folder.incarnation or self._is_stopping:
            return None
        return self.look_up(result_id)

    def look_up(self, result_id: int) -> AttemptPlan | None:
        """Take an attempt; return its plan if it is open and was not taken."""
        if not self.claim(result_id):
            return None
        try:
            plans = self.reporter.call(lambda: load_open_attempts([result_id]))
        except BaseException:
            del self._claims[result_id]  # or nobody could ever take it
            raise
        if not plans:
            self._claims.pop(
                result_id, None
            )  # it is closed, and whoever asks again learns that too
        return plans[0] if plans else None

    def _forget(self, result_ids: list[int]) -> None:
        """Drop what this process has of attempts that are closed in the database."""
        self.folder.drop_records(result_ids)
        for result_id in result_ids:
            self._claims.pop(result_id, None)

    def run_all(self, plan: AttemptPlan | None) -> None:
        """Run an attempt and then whatever is handed over after it."""
        while plan is not None:
            outcome = self.run(plan)
            plan = self.reporter.hand_in(outcome) if outcome else None

    def run_apart(self, plan: AttemptPlan) -> None:
        """Run an attempt in a thread of its own: its message did not come."""
        threading.Thread(target=self.run_all, args=[plan], daemon=True).start()

    def run(self, plan: AttemptPlan) -> Outcome | None:
        """Run one attempt to its end, until no process of it is left.

        Returns:
            How it ended; None when it was given back, because it cannot be started here.
        """
        if plan.kill_reason:
            return _not_run(plan, JobStatus.CANCELED, "canceled before it started")
        record = self.folder.record_of(plan.result_id)
        if self.folder.wait_for_lease() and self._is_closed(plan.result_id):
            return _not_run(plan, JobStatus.TERMINATED, "its node was cut off before it started")
        started_at = datetime.now(UTC)
        try:
            process = job_process.start(self._launcher.launch(plan, record))
        except job_process.AlreadyTaken:
            return _not_run(plan, JobStatus.FAILED, "this attempt was started before")
        except FolderMissing as missing:
            return self._give_back(plan, str(missing))
        except (job_process.CannotStart, OSError, ValueError) as error:
            return _not_run(plan, JobStatus.FAILED, str(error))
        started = time.monotonic()
        self.watch(plan, started)
        self.note_start(plan, started_at)
        code = process.wait()
        lived = time.monotonic() - started
        return self._outcome_of_own(plan, code, started_at, lived)

    def _outcome_of_own(
        self, plan: AttemptPlan, code: int, started_at: datetime, lived: float
    ) -> Outcome:
        """Return the outcome; `lived` seconds after the start its end was seen, perhaps late."""
        record = job_process.read_record(self.folder.record_of(plan.result_id))
        late = seconds_since_end(record, time.time(), lived)
        ended_at = datetime.now(UTC) - timedelta(seconds=late)
        outcome = self.outcome_of(plan, record, code, started_at, ended_at)
        outcome.lived_seconds = lived - late
        return outcome

    def _give_back(self, plan: AttemptPlan, folder: str) -> Outcome | None:
        """Give back an attempt whose folder is not here; return an outcome if it is to end."""
        missing, uid = self._missing_folders, self.folder.uid
        missing.add(folder)
        opened = self.reporter.call(
            lambda: session.give_back(plan, uid, missing.paths, datetime.now(UTC))
        )
        if opened is None:
            return _not_run(plan, JobStatus.CANCELED, "canceled before it started")
        self._claims.pop(plan.result_id, None)
        self.send(opened)
        return None

    def _is_closed(self, result_id: int) -> bool:
        return bool(self.reporter.call(lambda: session.closed_among([result_id])))

    def outcome_of(
        self,
        plan: AttemptPlan,
        record: Record | None,
        code: int,
        started_at: datetime,
        ended_at: datetime | None = None,
    ) -> Outcome:
        """Return how an attempt ended whose leader has ended, once all its processes are gone.

        Args:
            plan: the attempt.
            record: what its file says now.
            code: of the leader, negative for a signal; the record knows better.
            started_at: when its process was started.
            ended_at: when it ended; None for now.
        """
        at = ended_at or datetime.now(UTC)
        leader = leader_exit(record, code)
        reason = self.kill_reason_of(plan.result_id) or plan.kill_reason
        n_left = 0
        if reason or leader.lost_reason or (record and record.is_held):
            n_left = self._clear(plan.result_id, 0.0 if leader.lost_reason else LINGER_SECONDS)
        outcome = self._outcome(plan, leader.code, started_at, at)
        if leader.lost_reason and not reason:
            outcome.status, outcome.return_code = JobStatus.TERMINATED, RETURN_CODE_LOST
            outcome.reason, outcome.is_lost = leader.lost_reason, True
        if n_left:
            outcome.reason = f"{outcome.reason}; what it left running was ended".removeprefix("; ")
        return outcome

    def _clear(self, result_id: int, patience: float) -> int:
        record = self.folder.record_of(result_id)
        return job_process.clear(record, patience, lambda: bool(self._kill_reasons.get(result_id)))

    def watch(self, plan: AttemptPlan, started: float) -> None:
        """Enforce the limits of a running attempt; `started` is monotonic."""
        self.watcher.add(
            plan.result_id,
            self.folder.record_of(plan.result_id),
            started,
            plan.runtime_limit,
            plan.memory_limit,
            self._launcher.stdout_of(plan).with_suffix(NOTES_SUFFIX),
        )

    def note_start(self, plan: AttemptPlan, started_at: datetime) -> None:
        """Have it stored that the attempt's process runs."""
        self.reporter.report_start(StartedAttempt(plan.result_id, plan.workflow_id, started_at))

    def kill_reason_of(self, result_id: int) -> str:
        """Return why this worker is ending the attempt; empty when it is not."""
        return self._kill_reasons.get(result_id, "")

    def _outcome(
        self, plan: AttemptPlan, code: int, started_at: datetime, ended_at: datetime
    ) -> Outcome:
        stdout = self._launcher.stdout_of(plan)
        usage = self.watcher.remove(plan.result_id)
        kill_reason = self._kill_reasons.pop(plan.result_id, "") or plan.kill_reason
        missing, mtimes = (
            missing_outputs(plan, self._launcher.directory(plan)) if code == 0 else ((), ())
        )
        return Outcome(
            plan,
            *meaning_of_exit(code, kill_reason, missing, plan),
            started_at,
            ended_at,
            stdout_tail=tail_of(stdout),
            stderr_tail=tail_of(stdout.with_suffix(".err")),
            output_mtimes=mtimes,
            peak_memory_bytes=usage.peak_memory if usage.n_samples else None,
            avg_memory_bytes=usage.avg_memory,
            peak_cpu_percent=usage.peak_cpu if usage.n_samples else None,
            avg_cpu_percent=usage.avg_cpu,
            usage=encoded(usage.points),
        )

    def end(self, result_id: int, kill_reason: str) -> bool:
        """End a running tree whose kill reason is committed; return False when it is not here."""
        self._kill_reasons.setdefault(result_id, kill_reason)
        return self.watcher.end(result_id)

    def send(self, opened: list[OpenedAttempt]) -> None:
        """Have delivery notes sent, without waiting for the broker."""
        if opened:
            self._outbox.put(opened)

    def stop(self) -> None:
        """Hand nothing over any more and store what is known; running jobs live on."""
        self._is_stopping = True
        self.reporter.stop_handing_over()

    def _store_missing_folders(self, folders: frozenset[str]) -> None:
        self.reporter.call(lambda: session.set_missing_folders(self.folder.uid, folders))

    def _end_for_limit(self, result_id: int, kill_reason: str) -> None:
        if self.reporter.call(lambda: session.commit_kill_reason(result_id, kill_reason)):
            self.end(result_id, kill_reason)

    def _send(self) -> None:
        while True:
            opened = self._outbox.get()
            try:
                self._publish(opened)
            except Exception:
                logger.exception("cannot send messages; nodes look for their attempts themselves")


def _not_run(plan: AttemptPlan, status: JobStatus, reason: str) -> Outcome:
    return never_started(plan, status, -1, reason, datetime.now(UTC))


_current: Worker | None = None


def set_current(worker: Worker) -> None:
    """Make `worker` the one that this process's Celery tasks use."""
    global _current
    _current = worker


def current() -> Worker:
    """Return the worker of this process.

    Raises:
        RuntimeError: no worker runs in it.
    """
    if _current is None:
        raise RuntimeError("no worker runs in this process")
    return _current
