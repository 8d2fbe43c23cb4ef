"""The machine and the versions that the figures were measured with."""

from __future__ import annotations

import os
import platform
import subprocess
from pathlib import Path

import psutil
import pysqlite3


def facts() -> list[str]:
    """Return a line for each fact."""
    cores, memory = os.cpu_count(), psutil.virtual_memory().total / 2**30
    load = ", ".join(f"{average:.2f}" for average in os.getloadavg())
    servers = f"{_first_line(_postgres())}, {_first_line('redis-server')}"
    return [
        f"{_processor()}, {cores} cores, {memory:.0f} GiB",
        f"{platform.system()} {platform.release()}, Python {platform.python_version()}",
        f"SQLite {pysqlite3.sqlite_version}, {servers}",
        f"load before: {load}",
    ]


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _postgres() -> str:
    newest = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    return str(newest[-1]) if newest else "postgres"


def _first_line(program: str) -> str:
    try:
        done = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return f"no {Path(program).name}"
    return " ".join(done.stdout.split()[:3])
