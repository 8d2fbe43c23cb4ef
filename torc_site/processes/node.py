"""Makes this machine a node: registers it, and runs its worker, patrol and Celery consumer."""

from __future__ import annotations

import logging
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

from celery.worker import WorkController
from django.conf import settings

from accounts import job_tokens
from jobs import tasks
from jobs.nodes import lease, session, sweep
from jobs.nodes.session import Capacity
from jobs.scheduling.need import CPU_TAG, GPU_TAG
from jobs.worker import capacity, worker
from jobs.worker.adopt import adopt_all
from jobs.worker.heartbeat import Heartbeat
from jobs.worker.inherited_variables import inherited_variables, own_python
from jobs.worker.job_environment import Launcher
from jobs.worker.node_folder import NodeFolder, NodeIsTaken
from jobs.worker.patrol import Patrol
from jobs.worker.worker import Worker
from torc_cli import install
from torc_site.celery import app
from torc_site.environment import PROJECT_DIR
from workflows.creation.create import sweep_unfinished

logger = logging.getLogger("torc.worker")

_GRACE = 10.0
"""Seconds to store the ends of jobs when the process is asked to stop."""


def serve() -> int:
    """Run jobs on this machine until a signal asks to stop; return the exit code."""
    try:
        folder = NodeFolder(Path(settings.TORC_NODE_DIR))
    except NodeIsTaken as error:
        print(f"torc worker: {error}", file=sys.stderr)
        return 2
    gpus = _gpus()
    offered = _capacity(gpus)
    node = Worker(folder, _launcher(folder, gpus), tasks.publish)
    worker.set_current(node)
    node.start()
    heartbeat = Heartbeat(node)
    heartbeat.start()
    node_id = _sign_on(node, offered)
    heartbeat.register(node_id)
    patrol = Patrol(node, node_id, chores=[sweep_unfinished])
    patrol.start()
    _install_signals(node, [heartbeat, patrol], node_id)
    _consume(folder.uid, offered)
    return 0


def _capacity(gpus: Sequence[str]) -> Capacity:
    return Capacity(
        num_cpus=settings.TORC_NUM_CPUS or capacity.detect_cpus(),
        memory_bytes=settings.TORC_MEMORY or capacity.detect_memory(),
        num_gpus=len(gpus),
        tags=tuple(settings.TORC_TAGS),
    )


def _gpus() -> tuple[str, ...]:
    n_wanted = settings.TORC_NUM_GPUS
    names = capacity.gpu_names(os.environ, n_wanted)
    if n_wanted is not None and len(names) < n_wanted:
        logger.warning("TORC_NUM_GPUS is %d, but only %d can be seen here", n_wanted, len(names))
    return names


def _launcher(folder: NodeFolder, gpus: Sequence[str]) -> Launcher:
    return Launcher(
        data_dir=Path(settings.TORC_DATA_DIR),
        api_url=settings.TORC_API_URL,
        bin_dir=_command_folder(folder.path),
        mint_token=job_tokens.mint,
        inherited=inherited_variables(os.environ, own_python(), PROJECT_DIR),
        gpus=gpus,
        umask=settings.TORC_UMASK,
    )


def _command_folder(node_dir: Path) -> Path:
    """Return a folder that holds nothing but the `torc` command, which jobs find first."""
    folder = node_dir / "bin"
    folder.mkdir(mode=0o755, exist_ok=True)
    install.write_script(str(folder / "torc"), 0o700)
    return folder


def _sign_on(node: Worker, offered: Capacity) -> int:
    """Register the node, adopt the jobs of an earlier worker, and return the id of its row."""
    folder = node.folder

    def register() -> int:
        at = time.monotonic()
        node_id = session.register(
            folder.uid,
            folder.incarnation,
            socket.gethostname(),
            os.getpid(),
            offered,
            datetime.now(UTC),
        )
        folder.renew_lease(at, is_alone=session.is_alone(node_id))
        return node_id

    node_id = node.reporter.call(register)  # renewed before anything is adopted or taken
    adopt_all(node, node.reporter.call(lambda: session.take_over(node_id, folder.incarnation)))
    return node_id


def _consume(uid: str, offered: Capacity) -> None:
    """Take messages from the queues of the node's resource tags, until the process ends."""
    # GPU_TAG even without a GPU: a job that is too large for every node may ask for some.
    tags = [CPU_TAG, GPU_TAG, *offered.tags]
    controller = WorkController(
        app=app,
        hostname=f"torc@{uid}",
        pool_cls="threads",
        concurrency=offered.num_cpus,
        queues=[f"{tag}@{uid}" for tag in tags],
        without_gossip=True,
        without_mingle=True,
        without_heartbeat=True,
    )
    controller.start()


def _install_signals(node: Worker, rounds: list[Heartbeat | Patrol], node_id: int) -> None:
    def stop(number: int, frame: FrameType | None) -> None:
        threading.Thread(target=_stop, args=[node, rounds, node_id], name="stopping").start()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)


def _sign_off(node: Worker, node_id: int) -> int:
    n_back = session.sign_off(node_id, node.folder.incarnation, node.claim)
    lease.give_back(sweep.DUTY, node.folder.uid)  # another node, or the next start, sweeps at once
    return n_back


def _stop(node: Worker, rounds: list[Heartbeat | Patrol], node_id: int) -> None:
    """Give back jobs that have not started, store ends, and exit without waiting for jobs."""
    killer = threading.Timer(_GRACE, os._exit, args=[1])
    killer.daemon = True
    killer.start()
    for thread in rounds:
        thread.stop()
    node.stop()
    n_back = node.reporter.call(lambda: _sign_off(node, node_id))
    node.reporter.stop(_GRACE)
    logger.info("stopped; jobs that run on: %d, given back: %d", len(node.watcher.ids()), n_back)
    os._exit(0)
