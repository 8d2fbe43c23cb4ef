"""The Celery app. The database says which jobs run; a lost message only delays one."""

import os
from importlib import import_module
from typing import Any

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "torc_site.settings")

from django.conf import settings

# No redelivery: the database is the queue, and messages of long jobs need not come again.
REDIS_OPTIONS: dict[str, Any] = {
    "ack_emulation": False,
    "socket_timeout": 5,
    "socket_connect_timeout": 5,
    "retry_on_timeout": True,
}
AMQP_OPTIONS: dict[str, Any] = {"connect_timeout": 5}

for name in ("CELERY_BROKER_URL", "CELERY_BROKER_READ_URL", "CELERY_BROKER_WRITE_URL"):
    os.environ.pop(name, None)  # of another program; Celery would prefer them to ours

app = Celery("torc")
app.conf.update(
    broker_url=settings.TORC_BROKER_URL,
    broker_transport_options=(
        REDIS_OPTIONS if settings.TORC_BROKER_URL.startswith("redis") else AMQP_OPTIONS
    ),
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    broker_connection_timeout=5,
    broker_pool_limit=4,
    result_backend=None,
    task_ignore_result=True,
    task_serializer="json",
    accept_content=["json"],
    task_acks_late=False,
    task_create_missing_queues=True,
    task_default_delivery_mode="transient",
    task_publish_retry=False,
    worker_prefetch_multiplier=1,
    worker_enable_remote_control=False,
    worker_send_task_events=False,
    worker_hijack_root_logger=False,
    worker_cancel_long_running_tasks_on_connection_loss=False,
    timezone="UTC",
    enable_utc=True,
)
app.autodiscover_tasks()


def load() -> None:
    """Import what sending the first message needs, which takes 0.1 s; opens no connection."""
    app.finalize()
    app.amqp.router.route({}, "torc.run_attempt")
    app.connection_for_write().get_transport_cls()
    import_module("celery.app.events")
