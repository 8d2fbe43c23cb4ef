"""Many people who look at one large workflow while it runs."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from dataclasses import dataclass

from bench.browser import Browser
from bench.figures import Figure, Row, Scale, at_most, percentile
from bench.server_load import cpu_seconds
from bench.system import System

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


def viewers(system: System, scale: Scale) -> list[Figure]:
    """Milliseconds of a poll, and the share of a CPU that the web processes use for all."""
    n_jobs, n_viewers = scale.size(20_000), scale.size(100)
    workflow_id = system.store(_SPEC.format(n=n_jobs // 4))
    system.initialize(workflow_id)
    system.start(workflow_id)
    browser = Browser(system)
    browser.get(f"/w/{workflow_id}")
    watched = _Watched(system, f"/w/{workflow_id}", browser.cookie)
    seen = watched.by(n_viewers, 5.0 if scale.is_quick else 30.0)
    system.client.ask("PUT", f"/workflows/{workflow_id}/cancel")
    what = f"{n_viewers} viewers of {n_jobs:,} jobs that run"
    note = f"{len(seen.waits) / seen.seconds:.0f} polls/s, {seen.n_unchanged} without news"
    return [
        Figure(f"{what}: poll, p95", percentile(seen.waits, 95) * 1000, "ms", at_most(50), note),
        Figure(f"{what}: web processes", seen.used / seen.seconds, "cores", at_most(0.2)),
    ]


@dataclass(frozen=True, slots=True)
class _Seen:
    waits: list[float]
    """Seconds of each poll."""
    n_unchanged: int
    seconds: float
    used: float
    """Seconds of CPU that the web processes took."""


@dataclass(frozen=True, slots=True)
class _Watched:
    """A page of a server."""

    system: System
    path: str
    cookie: str

    def by(self, n_viewers: int, seconds: float) -> _Seen:
        """Have viewers in a process of their own look at it."""
        port = str(self.system.installation.port)
        words = [port, self.path, self.cookie, str(n_viewers), str(seconds)]
        command = [sys.executable, "-m", "bench.viewer_process", *words]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as viewers:
            assert viewers.stdout
            viewers.stdout.readline()  # all are here
            began, before = time.monotonic(), self._cpu()
            told = json.loads(viewers.stdout.readline())
            took, used = time.monotonic() - began, self._cpu() - before
        return _Seen(told["seconds"], told["n_unchanged"], took, used)

    def _cpu(self) -> float:
        return sum(cpu_seconds(pid) for pid in self.system.processes("web"))


ROWS = (
    Row(
        "viewers",
        "a run of 0.1-second jobs, two at a time; each viewer polls every 2 s for 30 s as the page"
        " does, once all have opened it; CPU by the scheduler's clock",
        viewers,
    ),
)
