"""`python -m bench [ROW...] [--sqlite|--postgres|--both] [--quick]` prints the speed table."""

from __future__ import annotations

import argparse
import sys
import time
import traceback

from bench import job_graphs, large_workflows, live_viewers, machine_facts, server_load
from bench.bare_processes import floors
from bench.figures import NO_SERVER, POSTGRESQL, SQLITE, Figure, Row, Scale, table
from bench.server import Server, started_server

FLOOR = "floor"
ROWS: tuple[Row, ...] = (
    *job_graphs.ROWS,
    *server_load.ROWS,
    *large_workflows.ROWS,
    *live_viewers.ROWS,
)
DATABASES = {"sqlite": [SQLITE], "postgres": [POSTGRESQL], "both": [SQLITE, POSTGRESQL]}
Column = dict[str, Figure]


def main() -> int:
    """Measure and print; return 1 when a row could not be measured, else 0."""
    options = _options()
    scale = Scale(is_quick=options.quick)
    facts = machine_facts.facts()
    columns: dict[str, Column] = {}
    n_failures = 0
    if FLOOR in options.rows:
        columns[NO_SERVER] = {figure.what: figure for figure in floors(scale)}
    rows = [row for row in ROWS if row.name in options.rows]
    for title in DATABASES[options.databases] if rows else []:
        columns[title], n_failed = _measure(title, rows, scale)
        n_failures += n_failed
    print("\n".join(f"* {fact}" for fact in facts))
    print(f"\n{table(columns)}\n")
    print("\n".join(f"* {row.name}: {row.how}" for row in rows))
    return 1 if n_failures else 0


def _options() -> argparse.Namespace:
    names = [FLOOR, *(row.name for row in ROWS)]
    parser = argparse.ArgumentParser(prog="python -m bench", description="Print the speed table.")
    parser.add_argument("rows", nargs="*", metavar="ROW", help=f"of {', '.join(names)}")
    parser.add_argument("--quick", action="store_true", help="a tenth of everything, once")
    databases = parser.add_mutually_exclusive_group()
    for name in DATABASES:
        databases.add_argument(f"--{name}", dest="databases", action="store_const", const=name)
    options = parser.parse_args()
    if unknown := [name for name in options.rows if name not in names]:
        parser.error(f"no such row: {', '.join(unknown)}")
    options.rows = options.rows or names
    options.databases = options.databases or "both"
    return options


def _measure(title: str, rows: list[Row], scale: Scale) -> tuple[Column, int]:
    """Return the figures of one server, and how many rows could not be measured."""
    column: Column = {}
    n_failures = 0
    with started_server(on_postgresql=title == POSTGRESQL) as server:
        server.run(job_graphs.independent_spec(20))  # the first run is slower
        for row in rows:
            figures = _try(title, row, server, scale)
            n_failures += not figures
            column |= {figure.what: figure for figure in figures}
    return column, n_failures


def _try(title: str, row: Row, server: Server, scale: Scale) -> list[Figure]:
    before = time.monotonic()
    print(f"{title}: {row.name} ...", end=" ", file=sys.stderr, flush=True)
    try:
        return row.measure(server, scale)
    except Exception:
        traceback.print_exc()
        return []
    finally:
        print(f"{time.monotonic() - before:.0f} s", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
