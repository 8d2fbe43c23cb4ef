"""The API and the CLI while jobs run, and the cost of an idle server."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

from bench.figures import Figure, Row, Scale, at_least, at_most, median, percentile
from bench.server import Client, Server

_MIB = 2**20
_PAUSE = 0.05


def user_data_writes(server: Server, scale: Scale) -> list[Figure]:
    """Return how many jobs per second store a value, and how long other requests take meanwhile."""
    n = scale.size(1000)
    spec = f"""\
name: writers
jobs:
  - name: job_{{i}}
    command: torc user-data update ${{user_data.output.value_{{i}}}} --data {{i}}
    parameters: {{i: "1:{n}"}}
"""
    waits: list[float] = []
    is_over = threading.Event()
    viewer = threading.Thread(target=_send_requests, args=[server, is_over, waits])
    viewer.start()
    try:
        took = server.run(spec, 300)
    finally:
        is_over.set()
        viewer.join()
    what = f"{n:,} jobs that each write a user_data value"
    return [
        Figure(what, n / took, "/s", at_least(25)),
        Figure(f"{what}: slowest other request", max(waits) * 1000, "ms", at_most(100)),
        Figure(f"{what}: other requests, p95", percentile(waits, 95) * 1000, "ms"),
    ]


def _send_requests(server: Server, is_over: threading.Event, waits: list[float]) -> None:
    client = Client(server.installation)
    while not is_over.wait(_PAUSE):
        before = time.monotonic()
        client.request_json("GET", "/workflows?limit=10")
        waits.append(time.monotonic() - before)
    client.close()


def command_line(server: Server, scale: Scale) -> list[Figure]:
    """Return the milliseconds of `torc user-data get`, and of a Python that does nothing."""
    workflow_id = server.store('name: value\njobs: [{name: job, command: "true"}]\n')
    body = {"workflow_id": workflow_id, "name": "value", "data": {"learning_rate": 0.001}}
    value = server.client.request_json("POST", "/user_data", body)["id"]
    folder = Path(sys.executable).parent
    get = [str(folder / "torc"), "user-data", "get", str(value)]
    bare = [str(folder / "python"), "-IS", "-c", "pass"]
    n = scale.size(50)
    took = median([_seconds(get, server) for _ in range(n)]) * 1000
    floor = median([_seconds(bare, server) for _ in range(n)]) * 1000
    return [
        Figure("`torc user-data get` inside a job", took, "ms", at_most(20)),
        Figure("`python -IS -c pass`", floor, "ms"),
    ]


def _seconds(command: list[str], server: Server) -> float:
    installation = server.installation
    token = (installation.data_dir / "token").read_text().strip()
    environment = {
        "PATH": os.environ["PATH"],
        "TORC_API_URL": f"{installation.url}/torc-service/v1",
        "TORC_TOKEN": token,
    }
    before = time.monotonic()
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
    return time.monotonic() - before


def idle(server: Server, scale: Scale) -> list[Figure]:
    """Return the percent of a CPU and the memory that all processes of `torc up` use."""
    seconds = 2.0 if scale.is_quick else 20.0
    time.sleep(1)
    pids = server.processes()
    before = sum(cpu_seconds(pid) for pid in pids)
    time.sleep(seconds)
    used = sum(cpu_seconds(pid) for pid in pids) - before
    return [
        Figure("idle: web, worker, broker and parent", used / seconds * 100, "% CPU", at_most(1)),
        Figure("idle: their memory (PSS)", sum(map(_pss, pids)) / _MIB, "MiB", at_most(220)),
    ]


def second_start(server: Server, scale: Scale) -> list[Figure]:
    """Return the seconds from `torc up` on a used data folder until it serves a page."""
    installation = server.installation
    took = []
    for _ in range(scale.runs(3)):
        server.client.close()
        installation.stop()
        before = time.monotonic()
        installation.start()
        server.client.request("GET", "/sign-in")
        took.append(time.monotonic() - before)
    return [Figure("`torc up` on an installed machine → page", median(took), "s", at_most(3))]


def cpu_seconds(pid: int) -> float:
    """Return the CPU seconds of a process, by the scheduler's clock, which has no 10 ms ticks."""
    threads = Path(f"/proc/{pid}/task").glob("*/schedstat")
    return sum(int(file.read_text().split()[0]) for file in threads) / 1e9


def _pss(pid: int) -> int:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024
    return 0


ROWS = (
    Row(
        "writing",
        "as `independent`; meanwhile GET /workflows each 50 ms on a connection of its own",
        user_data_writes,
    ),
    Row("cli", "the whole process, with a job's environment; median of 50", command_line),
    Row("start", "from the parent's start to the answer to GET /sign-in; median", second_start),
    Row("idle", "20 s; the broker is not counted where it is Redis from Debian", idle),
)
