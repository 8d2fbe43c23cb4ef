"""Every wrong setting stops the start with one line, before a child could print a traceback."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from torc_site.environment import PROJECT_DIR, Environment, SettingError
from torc_site.processes.settings_check import check_all

WRONG = {
    "TORC_NUM_CPUS": "abc",
    "TORC_NUM_GPUS": "-1",
    "TORC_WEB_PROCESSES": "0",
    "TORC_WEB_THREADS": "many",
    "TORC_PORT": "http",
    "TORC_MEMORY": "lots",
    "TORC_UMASK": "999",
    "TORC_LOG_LEVEL": "LOUD",
    "TORC_OVERSIZED_JOBS": "perhaps",
    "TORC_PUBLIC_URL": "torc.example.org",
    "TORC_ALLOWED_HOSTS": "*",
    "TORC_TRUSTED_PROXIES": "proxy",
    "TORC_BROKER_URL": "http://broker",
    "TORC_DATABASE_URL": "mysql://host/name",
}


@pytest.mark.parametrize(("variable", "text"), WRONG.items())
def test_a_wrong_setting_is_named(variable: str, text: str) -> None:
    with pytest.raises(SettingError, match=variable):
        check_all(Environment({variable: text}))


def test_the_defaults_are_right() -> None:
    check_all(Environment({}))


@pytest.mark.parametrize("role", ["up", "worker"])
def test_a_wrong_number_is_one_line_and_starts_nothing(tmp_path: Path, role: str) -> None:
    ran = subprocess.run(
        [sys.executable, "-P", "-m", "torc_site.processes.parent", role],
        env={**os.environ, "TORC_NUM_CPUS": "abc", "TORC_DATA_DIR": str(tmp_path / "data")},
        cwd=PROJECT_DIR,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ran.returncode == 2
    assert ran.stderr == "error: TORC_NUM_CPUS='abc': write a whole number from 1 to 4096.\n"
    assert not (tmp_path / "data").exists()
