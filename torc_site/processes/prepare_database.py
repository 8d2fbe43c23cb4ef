"""Prepares the database while the web server starts, which has imported Django already."""

import logging
import os
import sys
from io import StringIO
from pathlib import Path

from django.conf import settings
from django.core.management import CommandError, call_command

from torc_site import postgresql

logger = logging.getLogger(__name__)


def prepare_once() -> None:
    """Run the `prepare` command and write what it printed to a file, which the parent shows.

    Does nothing where that file exists. It runs in a process of its own, so that the web
    server inherits neither its memory nor its database connection.

    Raises:
        SystemExit: the command failed, after it has printed why.
    """
    path = settings.TORC_DATA_DIR / "prepared"
    if path.exists():
        return
    pid = os.fork()
    if pid == 0:
        os._exit(_prepare(path))
    _, status = os.waitpid(pid, 0)
    if code := os.waitstatus_to_exitcode(status):
        sys.exit(code)


def _prepare(path: Path) -> int:
    output = StringIO()
    postgresql.lift_limits(settings.DATABASES["default"])
    try:
        call_command("prepare", stdout=output)
        draft = path.with_suffix(".new")
        draft.write_text(output.getvalue())
        draft.replace(path)
    except CommandError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.returncode
    except Exception:
        logger.exception("cannot prepare the database")
        return 1
    return 0
