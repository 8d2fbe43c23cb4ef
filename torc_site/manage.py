"""Django's command line, from a checkout as from an installed package."""

import os
import sys


def main(arguments: list[str]) -> None:
    """Run the management command that the arguments name.

    Args:
        arguments: the name of the program, then the command and its own arguments.
    """
    os.umask(0o077)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "torc_site.settings")
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        _ = settings.DATABASES  # read now, so that a wrong setting is one line and no traceback
    except ImproperlyConfigured as error:
        sys.exit(f"error: {error}")
    execute_from_command_line(arguments)


if __name__ == "__main__":
    main(sys.argv)
