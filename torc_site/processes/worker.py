"""`python -m torc_site.processes.worker`, the worker process of a node; the parent starts it."""

from __future__ import annotations

import os
import sys

import django


def main() -> int:
    """Run until a signal asks to stop; return the exit code."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "torc_site.settings")
    django.setup()
    from torc_site.processes.node import serve  # its models need Django to be set up

    return serve()


if __name__ == "__main__":
    sys.exit(main())
