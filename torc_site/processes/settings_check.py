"""Checks all settings at once, before any process that would fail with a traceback is started."""

from functools import cached_property

from torc_site.environment import Environment

NUMBERS = {
    "TORC_NUM_CPUS": (1, 4096),
    "TORC_NUM_GPUS": (0, 64),
    "TORC_WEB_PROCESSES": (1, 64),
    "TORC_WEB_THREADS": (1, 256),
}
"""The bounds of variables that are whole numbers; those with an empty default may be empty."""


def check_all(settings: Environment) -> None:
    """Read every setting once.

    Raises:
        SettingError: one cannot be used.
    """
    for name, member in vars(Environment).items():
        is_unused = name == "server_database" and settings.uses_sqlite
        if isinstance(member, (property, cached_property)) and not is_unused:
            getattr(settings, name)
    for variable, bounds in NUMBERS.items():
        settings.optional_number(variable, *bounds)
