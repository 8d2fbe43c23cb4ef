"""Runs of jobs that do nothing, from the start request to the committed end."""

from __future__ import annotations

import time
from pathlib import Path

from bench.figures import Figure, Row, Scale, at_least, at_most, median, percentile
from bench.server import Server

_JOB = "  - {name: %s, command: 'true'}\n"


def independent_spec(n: int) -> str:
    """Return a spec of jobs without dependencies."""
    parameters = f'parameters: {{i: "1:{n}"}}'
    return f"name: independent\njobs:\n  - {{name: 'job_{{i}}', command: 'true', {parameters}}}\n"


def chain_spec(n: int) -> str:
    """Return a spec of jobs each of which waits for the one before."""
    link = "  - {{name: job_{0}, command: 'true', depends_on: [job_{1}]}}\n"
    links = "".join(link.format(i, i - 1) for i in range(2, n + 1))
    return f"name: chain\njobs:\n{_JOB % 'job_1'}{links}"


def fan_spec(n: int) -> str:
    """Return a spec of one job, then many, then one."""
    many = f"{{name: 'many_{{i}}', command: 'true', depends_on: [first], {_range(n)}}}"
    last = "{name: last, command: 'true', depends_on_regexes: ['^many_']}"
    return f"name: fan\njobs:\n{_JOB % 'first'}  - {many}\n  - {last}\n"


def layers_spec(n: int) -> str:
    """Return a spec of two stages: each job of the second waits for all of the first."""
    first = f"{{name: 'a_{{i}}', command: 'true', {_range(n)}}}"
    second = f"{{name: 'b_{{i}}', command: 'true', depends_on_regexes: ['^a_'], {_range(n)}}}"
    return f"name: layers\njobs:\n  - {first}\n  - {second}\n"


def _range(n: int) -> str:
    return f'parameters: {{i: "1:{n}"}}'


def independent(server: Server, scale: Scale) -> list[Figure]:
    """Return the jobs per second."""
    n = scale.size(1000)
    took = median([server.run(independent_spec(n)) for _ in range(scale.runs(3))])
    return [Figure(f"{n:,} independent jobs, 2 at a time", n / took, "/s", at_least(600, 380))]


def chain(server: Server, scale: Scale) -> list[Figure]:
    """Return the milliseconds from one job to the next."""
    n = scale.size(100)
    took = median([server.run(chain_spec(n)) for _ in range(scale.runs(3))])
    return [Figure(f"chain of {n}, a hop", took / n * 1000, "ms", at_most(3, 5))]


def fan(server: Server, scale: Scale) -> list[Figure]:
    """Return the seconds for one job, then many, then one."""
    n = scale.size(500)
    took = median([server.run(fan_spec(n)) for _ in range(scale.runs(3))])
    return [Figure(f"1 → {n} → 1", took, "s", at_most(0.7))]


def layers(server: Server, scale: Scale) -> list[Figure]:
    """Return the seconds to plan, store, initialize and run two stages, all to all."""
    n = scale.size(300)
    took = []
    for _ in range(scale.runs(3)):
        before = time.monotonic()
        server.run(layers_spec(n))
        took.append(time.monotonic() - before)
    return [Figure(f"{n} x {n} all-to-all, planned and run", median(took), "s", at_most(1.0))]


def submit(server: Server, scale: Scale) -> list[Figure]:
    """Return the milliseconds from the start request to the first command of the job's shell."""
    stamp = Path(server.folder) / "stamp"
    spec = f"name: one\njobs:\n  - {{name: job, command: 'echo $EPOCHREALTIME > {stamp}'}}\n"
    took = [_submit_once(server, spec, stamp) * 1000 for _ in range(scale.size(30))]
    what = "a job given to an idle system → its process runs"
    return [
        Figure(f"{what}, median", median(took), "ms", at_most(8)),
        Figure(f"{what}, p95", percentile(took, 95), "ms"),
    ]


def _submit_once(server: Server, spec: str, stamp: Path) -> float:
    workflow_id = server.store(spec)
    server.initialize(workflow_id)
    time.sleep(0.1)  # until the server is idle: nothing of the last run is still written
    before = time.time()
    server.start(workflow_id)
    server.wait_for_end(workflow_id)
    return float(stamp.read_text()) - before


_CLOCK = "from before POST /run until the end is committed; median of 3"
ROWS = (
    Row("independent", f"`true` 1,000 times; {_CLOCK}", independent),
    Row("chain", f"`true` 100 times, each waits for the last; {_CLOCK}, by 100", chain),
    Row("fan", _CLOCK, fan),
    Row("layers", "from before the spec is sent until the end is committed; median of 3", layers),
    Row("submit", "from before POST /run to $EPOCHREALTIME in the job; 30 times", submit),
)
