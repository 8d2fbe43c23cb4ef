"""What a process makes of its environment."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from torc_site.environment import PROJECT_DIR

NAMES = ("SESSION_COOKIE_NAME", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_NAME", "CSRF_COOKIE_SECURE")
FLAGS = ("SESSION_COOKIE_HTTPONLY", "CSRF_COOKIE_HTTPONLY")
SITES = ("SESSION_COOKIE_SAMESITE", "CSRF_COOKIE_SAMESITE")
ASK = """
import json, sys
from django.conf import settings
print(json.dumps({name: getattr(settings, name) for name in sys.argv[1:]}))
"""


def settings_of(data_dir: Path, **variables: str) -> dict[str, object]:
    """Return what the cookies are made of, as a process of its own sees it."""
    bare = {name: text for name, text in os.environ.items() if not name.startswith("TORC_")}
    environ = {"DJANGO_SETTINGS_MODULE": "torc_site.settings", "TORC_DATA_DIR": str(data_dir)}
    printed = subprocess.run(
        [sys.executable, "-c", ASK, *NAMES, *FLAGS, *SITES],
        cwd=PROJECT_DIR,
        env=bare | environ | variables,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return dict(json.loads(printed))


@pytest.mark.parametrize(
    ("public_url", "is_secure"),
    [("", False), ("https://torc.example.org", True)],
    ids=["WEB-028-laptop", "WEB-028-team"],
)
def test_cookies_are_the_installations_own_and_secure_behind_https(
    tmp_path: Path, public_url: str, is_secure: bool
) -> None:
    variables = {"TORC_PUBLIC_URL": public_url}
    first, other = (settings_of(tmp_path / name, **variables) for name in ("one", "other"))
    for kind in ("SESSION", "CSRF"):
        assert first[f"{kind}_COOKIE_HTTPONLY"] is True
        assert first[f"{kind}_COOKIE_SAMESITE"] == "Lax"
        assert first[f"{kind}_COOKIE_SECURE"] is is_secure
        assert first[f"{kind}_COOKIE_NAME"] != other[f"{kind}_COOKIE_NAME"]


def test_djangos_deployment_check_finds_nothing_behind_https(tmp_path: Path) -> None:
    bare = {name: text for name, text in os.environ.items() if not name.startswith("TORC_")}
    variables = {
        "TORC_DATA_DIR": str(tmp_path / "data"),
        "TORC_PUBLIC_URL": "https://torc.example.org",
        "DJANGO_SETTINGS_MODULE": "torc_site.settings",
    }
    checked = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=PROJECT_DIR,
        env=bare | variables,
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stderr
