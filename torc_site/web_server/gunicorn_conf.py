"""The settings of gunicorn, which serves the web application."""

import gc
import os
from typing import Any

from torc_site import environment, postgresql
from torc_site.processes.settings_check import NUMBERS

_environment = environment.current()
_host = f"[{_environment.host}]" if ":" in _environment.host else _environment.host

wsgi_app = "torc_site.wsgi:application"
bind = [f"{_host}:{_environment.port}"]
workers = _environment.number("TORC_WEB_PROCESSES", *NUMBERS["TORC_WEB_PROCESSES"])
threads = _environment.number("TORC_WEB_THREADS", *NUMBERS["TORC_WEB_THREADS"])
worker_class = "torc_site.web_server.patient_worker.PatientWorker"
preload_app = True  # the processes share the memory of what is imported once
timeout = 120
graceful_timeout = 5
keepalive = 15
limit_request_line = 8190
limit_request_fields = 100
limit_request_field_size = 8190
umask = 0o077
accesslog = None
errorlog = "-"
loglevel = "warning"
control_socket_disable = True
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108
chdir = str(environment.PROJECT_DIR)


def on_starting(server: Any) -> None:
    """Prepare the database before anybody can connect."""
    from torc_site.processes import (
        prepare_database,  # needs Django, which the preloaded application has set up
    )

    prepare_database.prepare_once()


def post_fork(server: Any, worker: Any) -> None:
    """Bound what a request may ask of the database."""
    from django.conf import settings  # the preloaded application has set it up

    postgresql.limit_statements(settings.DATABASES["default"])


def post_worker_init(worker: Any) -> None:
    """Let each web process look after nodes that vanished; a lease says whose turn it is."""
    from torc_site.web_server import lookout  # its models need Django to be set up

    lookout.start()


def when_ready(server: Any) -> None:
    """Keep the garbage collector from writing to memory that the processes share."""
    gc.collect()
    gc.freeze()
