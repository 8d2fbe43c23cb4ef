"""What the machine itself allows: processes alone, and with our files and records."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.figures import Figure, Scale, median
from jobs.scheduling.attempts import AttemptPlan
from jobs.worker import process
from jobs.worker.job_environment import Launcher, tail_of
from jobs.worker.node_folder import NodeFolder

Job = Callable[[int], None]


def floors(scale: Scale) -> list[Figure]:
    """Return jobs per second, two at a time, and milliseconds a job, without and with our files."""
    n = scale.size(1000)
    with TemporaryDirectory(prefix="torc-bench-") as folder:
        ours = _recorded_job(Path(folder))
        return [
            Figure("floor: posix_spawn of `true`", _rate(_bare_job, n), "/s"),
            Figure("floor: posix_spawn of `true`, a hop", _hop(_bare_job, 100), "ms"),
            Figure("own floor: a job with its files and record", _rate(ours, n), "/s"),
            Figure("own floor, a hop", _hop(ours, 100), "ms"),
        ]


def _bare_job(number: int) -> None:
    os.waitpid(os.posix_spawn("/bin/true", ["true"], {}), 0)


def _recorded_job(folder: Path) -> Job:
    launcher = Launcher(
        data_dir=folder,
        api_url="http://127.0.0.1:8080/torc-service/v1",
        bin_dir=Path(sys.executable).parent,
        mint_token=lambda attempt: f"torc_job_{attempt}_{'0' * 43}",
        inherited=os.environ,
    )
    node = NodeFolder(folder / "node")

    def job(number: int) -> None:
        record = node.record_of(number)
        launch = launcher.launch(_plan(number), record)
        process.start(launch).wait()
        ended = process.read_record(record)
        assert ended is not None
        assert ended.return_code == 0
        tail_of(launch.stdout)
        tail_of(launch.stderr)
        node.drop_records([number])

    return job


def _plan(number: int) -> AttemptPlan:
    return AttemptPlan(
        result_id=number,
        job_id=number,
        workflow_id=1,
        run_id=1,
        attempt_id=1,
        job_name=f"job_{number}",
        command="true",
        env={},
        submission_directory=None,
        num_cpus=1,
        memory_bytes=1 << 20,
        num_gpus=0,
        gpu_indices="",
        runtime_seconds=60,
        runtime_limit=None,
        runtime_text="PT1M",
        memory_limit=None,
        memory_text="1m",
        rules=(),
        n_retries=0,
        n_lost=0,
        use_pending_failed=False,
        outputs=(),
        opened_at=datetime.now(UTC),
        started_at=None,
        kill_reason="",
    )


def _rate(job: Job, n: int) -> float:
    numbers = iter(range(n))
    lock = threading.Lock()

    def slot() -> None:
        while True:
            with lock:
                number = next(numbers, None)
            if number is None:
                return
            job(number)

    slots = [threading.Thread(target=slot) for _ in range(2)]
    before = time.monotonic()
    for thread in slots:
        thread.start()
    for thread in slots:
        thread.join()
    return n / (time.monotonic() - before)


def _hop(job: Job, n: int) -> float:
    took = []
    for number in range(n):
        before = time.monotonic()
        job(1_000_000 + number)
        took.append(time.monotonic() - before)
    return median(took) * 1000
