"""Large specs, from the upload until they are initialized; pages and lists of many jobs."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from bench.browser import Browser
from bench.figures import Figure, Row, Scale, at_most, median, percentile
from bench.job_graphs import independent_spec, layers_spec
from bench.server import Server

_MIB = 2**20


def large_spec(server: Server, scale: Scale) -> list[Figure]:
    """Return the seconds and the memory for a spec that lists each of its jobs."""
    n = scale.size(20_000)
    web = server.processes("web")
    for pid in web:
        Path(f"/proc/{pid}/clear_refs").write_text("5")  # forget the peak so far
    took = _stored(server, _literal_spec(n))
    peak = max(_peak(pid) for pid in web)
    what = f"{n:,}-job spec, uploaded, stored and initialized"
    return [
        Figure(what, took, "s", at_most(4)),
        Figure(f"{what}: peak of the web process", peak / _MIB, "MiB", at_most(400)),
    ]


def barrier(server: Server, scale: Scale) -> list[Figure]:
    """Return the seconds to store two stages in which each job waits for all of the first."""
    n = scale.size(1000)
    took = median([_stored(server, layers_spec(n)) for _ in range(scale.runs(3))])
    return [Figure(f"{n:,} x {n:,} all-to-all, stored and initialized", took, "s", at_most(1))]


def lists(server: Server, scale: Scale) -> list[Figure]:
    """Return the times of each page and of the slowest list of the API, with many jobs stored."""
    n = scale.size(100_000)
    workflow_id = server.store(independent_spec(n))
    server.initialize(workflow_id)
    browser = Browser(server)
    pages, routes = _pages(workflow_id), _routes(workflow_id, n)
    what = f"{n:,} jobs in the database"
    return [
        *(_timed(f"{what}: {name}", browser.get, [path], scale) for name, path in pages.items()),
        _most_queries(f"{what}: queries of a page, most", server, pages),
        _timed(f"{what}: slowest list of the API", server.client.get, routes, scale),
    ]


def _timed(what: str, get: Callable[[str], object], paths: Sequence[str], scale: Scale) -> Figure:
    p95_of = {path: _p95(get, path, scale.runs(20)) for path in paths}
    slowest = max(p95_of, key=lambda path: p95_of[path])
    note = slowest if len(paths) > 1 else ""
    return Figure(f"{what}, p95", p95_of[slowest] * 1000, "ms", at_most(100), note=note)


def _most_queries(what: str, server: Server, pages: Mapping[str, str]) -> Figure:
    command = [sys.executable, "-m", "bench.page_queries", *pages.values()]
    environment = server.installation.environ
    done = subprocess.run(command, env=environment, check=True, capture_output=True, timeout=120)
    n_queries = json.loads(done.stdout)
    most = max(pages, key=lambda name: int(n_queries[pages[name]]))
    return Figure(what, n_queries[pages[most]], "queries", at_most(12), note=most)


def _p95(get: Callable[[str], object], path: str, n: int) -> float:
    get(path)
    took = []
    for _ in range(n):
        before = time.monotonic()
        get(path)
        took.append(time.monotonic() - before)
    return percentile(took, 95)


def _pages(workflow_id: int) -> dict[str, str]:
    """Return the paths of the pages by their names."""
    own = f"/w/{workflow_id}"
    tables = ("results", "failures", "files", "data", "events", "spec")
    site = {"workflows": "/", "workers": "/workers", "all failures": "/failures"}
    return site | {"jobs": own} | {name: f"{own}/{name}" for name in tables}


def _routes(workflow_id: int, n: int) -> list[str]:
    tables = ("jobs", "files", "user_data", "results", "resource_requirements", "events")
    of_workflow = [f"/{name}?workflow_id={workflow_id}&limit=100" for name in tables]
    deep = f"/jobs?workflow_id={workflow_id}&limit=100&offset={n * 9 // 10}"
    own = f"/workflows/{workflow_id}"
    return ["/workflows", own, f"{own}/progress", f"{own}/status", *of_workflow, deep]


def _stored(server: Server, spec: str) -> float:
    before = time.monotonic()
    server.initialize(server.store(spec))
    return time.monotonic() - before


def _literal_spec(n: int) -> str:
    job = "  - name: job_{i:06d}\n    command: python run.py --number {i} --seed 42\n"
    job += "    resource_requirements: small\n"
    jobs = "".join(job.format(i=i) for i in range(n))
    small = "resource_requirements:\n  - {name: small, num_cpus: 1, memory: 1g}\n"
    return f"name: large\njobs:\n{jobs}{small}"


def _peak(pid: int) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    return 0


ROWS = (
    Row(
        "large",
        "POST /workflow_specs and /initialize_jobs; the peak is VmHWM of the largest web process",
        large_spec,
    ),
    Row("barrier", "the same two requests; median of 3", barrier),
    Row(
        "lists",
        "20 requests of each page and of each list route, after one; queries as a process counts"
        " that serves nobody else",
        lists,
    ),
)
