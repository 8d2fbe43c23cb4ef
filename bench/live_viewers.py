"""Many people who watch one large workflow while it runs."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from dataclasses import dataclass

from bench.browser import Browser
from bench.figures import Figure, Row, Scale, at_most, percentile
from bench.server import Server
from bench.server_load import cpu_seconds

_SPEC = """\
name: watched
jobs:
  - {{name: prepare, command: 'true'}}
  - name: fit_{{rate}}_{{seed}}
    command: sleep 0.1
    depends_on: [prepare]
    parameters: {{rate: '[0.001, 0.01, 0.1, 1.0]', seed: "1:{n}"}}
  - name: score_{{rate}}
    command: 'true'
    depends_on_regexes: ['^fit_{{rate}}_']
    parameters: {{rate: '[0.001, 0.01, 0.1, 1.0]'}}
"""


def viewers(server: Server, scale: Scale) -> list[Figure]:
    """Return the milliseconds of a poll, and the CPUs that the web processes use."""
    n_jobs, n_viewers = scale.size(20_000), scale.size(100)
    workflow_id = server.store(_SPEC.format(n=n_jobs // 4))
    server.initialize(workflow_id)
    server.start(workflow_id)
    browser = Browser(server)
    browser.get(f"/w/{workflow_id}")
    page = _Page(server, f"/w/{workflow_id}", browser.cookie)
    load = page.watch(n_viewers, 5.0 if scale.is_quick else 30.0)
    server.client.request_json("PUT", f"/workflows/{workflow_id}/cancel")
    what = f"{n_viewers} viewers of {n_jobs:,} jobs that run"
    note = f"{len(load.waits) / load.seconds:.0f} polls/s, {load.n_unchanged} without news"
    return [
        Figure(f"{what}: poll, p95", percentile(load.waits, 95) * 1000, "ms", at_most(50), note),
        Figure(f"{what}: web processes", load.used / load.seconds, "cores", at_most(0.2)),
    ]


@dataclass(frozen=True, slots=True)
class _Load:
    waits: list[float]
    """Seconds of each poll."""
    n_unchanged: int
    seconds: float
    used: float
    """Seconds of CPU that the web processes took."""


@dataclass(frozen=True, slots=True)
class _Page:
    """A live page of a server."""

    server: Server
    path: str
    cookie: str

    def watch(self, n_viewers: int, seconds: float) -> _Load:
        """Let so many viewers, in a process of their own, watch the page for so many seconds."""
        port = str(self.server.installation.port)
        words = [port, self.path, self.cookie, str(n_viewers), str(seconds)]
        command = [sys.executable, "-m", "bench.viewer_process", *words]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as viewers:
            assert viewers.stdout
            viewers.stdout.readline()  # all viewers have opened the page
            began, before = time.monotonic(), self._cpu()
            answer = json.loads(viewers.stdout.readline())
            took, used = time.monotonic() - began, self._cpu() - before
        return _Load(answer["seconds"], answer["n_unchanged"], took, used)

    def _cpu(self) -> float:
        return sum(cpu_seconds(pid) for pid in self.server.processes("web"))


ROWS = (
    Row(
        "viewers",
        "a run of 0.1-second jobs, two at a time; each viewer polls every 2 s for 30 s as the page"
        " does, once all have opened it; CPU by the scheduler's clock",
        viewers,
    ),
)
