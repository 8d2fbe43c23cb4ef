"""What jobs inherit of the worker's environment variables. Knows no Django.

Jobs get what whoever started the server had set, but neither its secrets nor the Python environment
that Torc itself runs in: `python3` and `pip` are the user's, as they were before the start.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

_SECRETS = (
    "TORC_SECRET_KEY",
    "TORC_DATABASE_URL",
    "TORC_BROKER_URL",
    "TORC_TOKEN",
    "DATABASE_URL",
    "DJANGO_SETTINGS_MODULE",
)
_SECRET_PREFIXES = ("PG", "CELERY_")
_VIRTUAL_ENVIRONMENT = ("VIRTUAL_ENV", "VIRTUAL_ENV_PROMPT")
_CONDA = ("CONDA_PREFIX", "CONDA_DEFAULT_ENV", "CONDA_PROMPT_MODIFIER", "CONDA_SHLVL")


def own_python() -> Path | None:
    """Return the folder of the Python environment that runs Torc, None for the system's Python."""
    prefix = Path(sys.prefix)
    is_environment = sys.prefix != sys.base_prefix or (prefix / "conda-meta").is_dir()
    return prefix if is_environment else None


def inherited_variables(
    environment: Mapping[str, str], python: Path | None, code: Path
) -> dict[str, str]:
    """Return the variables that jobs inherit.

    Args:
        environment: the worker's own variables.
        python: the Python environment that runs Torc, which jobs do not see; None for the system's.
        code: the folder that Torc is imported from.
    """
    variables = {
        name: value
        for name, value in environment.items()
        if name not in _SECRETS and not name.startswith(_SECRET_PREFIXES)
    }
    if "PYTHONPATH" in variables:
        packages = [code, python / "lib"] if python else [code]
        variables["PYTHONPATH"] = _without(variables["PYTHONPATH"], packages)
        if not variables["PYTHONPATH"]:
            del variables["PYTHONPATH"]
    if python:
        variables["PATH"] = _without(variables.get("PATH", os.defpath), [python / "bin"])
        _leave(variables, python)
    return variables


def _without(folders: str, hidden: list[Path]) -> str:
    """Return a list of folders as in PATH without those that are one of the hidden or below it."""
    return os.pathsep.join(
        folder
        for folder in folders.split(os.pathsep)
        # An empty entry is the current folder, which is the job's.
        if not (folder and any(_real(folder).is_relative_to(_real(parent)) for parent in hidden))
    )


def _real(folder: str | Path) -> Path:
    return Path(os.path.realpath(folder))


def _leave(variables: dict[str, str], python: Path) -> None:
    """Drop what activating Torc's own environment has set; another active one stays."""
    for names in (_VIRTUAL_ENVIRONMENT, _CONDA):
        active = variables.get(names[0])
        if active and _real(active) == _real(python):
            for name in names:
                variables.pop(name, None)
