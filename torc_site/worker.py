"""The worker process of a node: `python -m torc_site.worker`, started by the parent."""

from __future__ import annotations

import logging
import os
import signal
import socket
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

import django
from celery.worker import WorkController

from torc_site.celery import app

logger = logging.getLogger("torc.worker")

_GRACE = 10.0
"""Seconds to write what is known when the process is asked to stop."""


def main() -> int:
    """Run until a signal says stop; the exit code."""
    django.setup()
    from jobs.identity import NodeFolder, NodeIsTaken

    try:
        folder = NodeFolder(_node_dir())
    except NodeIsTaken as error:
        print(f"torc worker: {error}", file=sys.stderr)
        return 2
    _serve(folder)
    return 0


def _node_dir() -> Path:
    from django.conf import settings

    return Path(settings.TORC_NODE_DIR)


def _serve(folder) -> None:  # type: ignore[no-untyped-def]
    from django.conf import settings

    from accounts import jobtokens
    from jobs import sweeping, tasks, worker
    from jobs.adopting import adopt_all
    from jobs.launching import Launcher
    from jobs.patrolling import Patrol
    from workflows.creation import sweep_unfinished

    launcher = Launcher(
        data_dir=Path(settings.TORC_DATA_DIR),
        api_url=settings.TORC_API_URL,
        bin_dir=Path(sys.executable).parent,
        mint_token=jobtokens.mint,
        environment=os.environ,
    )
    node = worker.Worker(folder, launcher, tasks.publish)
    worker.set_current(node)
    node.start()
    capacity = _capacity()
    now = datetime.now(UTC)
    node_id = node.reporter.call(
        lambda: sweeping.register(
            folder.uid, folder.incarnation, socket.gethostname(), os.getpid(), capacity, now
        )
    )
    adopt_all(node, node.reporter.call(lambda: sweeping.take_over(node_id, folder.incarnation)))
    patrol = Patrol(node, node_id, chores=[sweep_unfinished])
    patrol.start()
    _install_signals(node, patrol, node_id)
    _consume(folder.uid, capacity)


def _capacity():  # type: ignore[no-untyped-def]
    from django.conf import settings

    from jobs import capacity
    from jobs.sweeping import Capacity

    n_gpus = settings.TORC_NUM_GPUS
    return Capacity(
        num_cpus=settings.TORC_NUM_CPUS or capacity.detect_cpus(),
        memory_bytes=settings.TORC_MEMORY or capacity.detect_memory(),
        num_gpus=capacity.detect_gpus() if n_gpus is None else n_gpus,
        tags=tuple(settings.TORC_TAGS),
    )


def _consume(uid: str, capacity) -> None:  # type: ignore[no-untyped-def]
    """Take delivery notes from the node's resource-tagged queues, for ever."""
    from jobs.fitting import CPU_TAG, GPU_TAG

    tags = [CPU_TAG, *([GPU_TAG] if capacity.num_gpus else []), *capacity.tags]
    controller = WorkController(
        app=app,
        hostname=f"torc@{uid}",
        pool_cls="threads",
        concurrency=capacity.num_cpus,
        queues=[f"{tag}@{uid}" for tag in tags],
        without_gossip=True,
        without_mingle=True,
        without_heartbeat=True,
        loglevel=logging.WARNING,
    )
    controller.start()


def _install_signals(node, patrol, node_id: int) -> None:  # type: ignore[no-untyped-def]
    def stop(number: int, frame: FrameType | None) -> None:
        threading.Thread(target=_leave, args=[node, patrol, node_id], name="leaving").start()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)


def _leave(node, patrol, node_id: int) -> None:  # type: ignore[no-untyped-def]
    """Give back what was not started, write what is known, and leave without waiting for jobs."""
    from jobs import sweeping

    killer = threading.Timer(_GRACE, os._exit, args=[1])
    killer.daemon = True
    killer.start()
    patrol.stop()
    node.stop()
    started = node.watcher.ids()
    n_back = node.reporter.call(
        lambda: sweeping.sign_off(node_id, node.folder.incarnation, started)
    )
    node.reporter.stop(_GRACE)
    logger.info("left: %d jobs run on, %d given back", len(started), n_back)
    os._exit(0)


if __name__ == "__main__":
    sys.exit(main())
