#!/usr/bin/env python3
"""Django's command line."""

import os
import sys


def main() -> None:
    """Run the management command that the arguments name."""
    os.umask(0o077)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "torc_site.settings")
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        _ = settings.DATABASES  # read now, so that a wrong setting is one line and no traceback
    except ImproperlyConfigured as error:
        sys.exit(f"error: {error}")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
