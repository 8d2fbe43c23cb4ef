"""The Celery task, and the delivery notes that call it."""

from __future__ import annotations

import logging
from collections.abc import Iterable

from celery import current_app, shared_task
from kombu.exceptions import KombuError, OperationalError

from jobs.scheduling.open_attempts import OpenedAttempt
from jobs.worker import worker

logger = logging.getLogger(__name__)


@shared_task(name="torc.run_attempt", ignore_result=True)
def run_attempt(*, result_id: int, incarnation: str) -> None:
    """Run an attempt and what is handed over after it; nothing if it is not ours to run."""
    here = worker.current()
    here.run_all(here.take(result_id, incarnation))


def publish(opened: Iterable[OpenedAttempt]) -> None:
    """Send a delivery note per attempt to its node's resource-tagged queue; call it after commit.

    A note that is lost costs seconds: nodes look for their attempts themselves.
    """
    notes = list(opened)
    if not notes:
        return
    try:
        with current_app.producer_pool.acquire(block=True, timeout=5) as producer:
            for attempt in notes:
                run_attempt.apply_async(
                    kwargs={
                        "result_id": attempt.plan.result_id,
                        "incarnation": attempt.incarnation,
                    },
                    queue=attempt.queue,
                    producer=producer,
                    expires=60,
                )
    except (OperationalError, KombuError, OSError) as error:
        logger.warning(
            "the broker does not take messages; nodes look for their attempts themselves: %s", error
        )
