#!/usr/bin/env python3
"""Django's command line."""

import os
import sys


def main() -> None:
    """Run the management command that the arguments name."""
    os.umask(0o077)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "torc_site.settings")
    from django.core.management import execute_from_command_line  # imports what settings arrange

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
