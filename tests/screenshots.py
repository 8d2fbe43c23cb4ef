"""`python -m tests.screenshots`: pictures of all pages, in both themes and on a phone.

They go to build/screenshots, which git ignores; with `--readme` two of them go to docs/images.
"""

import argparse
import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from tests.acceptance.conftest import CHROMIUM
from tests.acceptance.installation import Installation
from tests.acceptance.page_checks import SITE, checked_page, pages_of
from tests.scenes import N_SOON, OF_STUDY, SCENES, STUDY
from tests.servers import wait_until
from torc_site.environment import PROJECT_DIR

FOLDER = PROJECT_DIR / "build/screenshots"
IMAGES = PROJECT_DIR / "docs/images"
HOSTILE = '<img src=x onerror=alert(1)> "quoted" & long ' + "name_" * 20
LOOKS: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light", "viewport": {"width": 1440, "height": 900}},
    "dark": {"color_scheme": "dark", "viewport": {"width": 1440, "height": 900}},
    "phone": {"color_scheme": "light", "viewport": {"width": 360, "height": 780}},
}
OF_SWEEP = [
    "/w/1?family=2",
    "/w/1?data=1&split=lr&fit=1",
    "/w/1/jobs/203",
    "/w/1/jobs/2002",
    "/w/1/jobs/5002",
    "/w/1/data/1",
    "/w/1/data/1/edit",
    "/w/1/data/1/history",
    "/w/1/rerun?cause=used+more+memory+than+its+limit&memory=384m",
    "/w/1/results?x=lr&y=time",
    "/no-such-page",
]


@contextmanager
def serving(name: str, *options: str) -> Iterator[Installation]:
    """Yield a running server in a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix=f"torc-{name}-") as folder:
        made = Installation(Path(folder), TORC_MEMORY="64g", TORC_NUM_CPUS="8")
        made.start(*options)
        try:
            yield made
        finally:
            made.close()


def stock(installation: Installation) -> None:
    """Write a sweep, a workflow of hostile names and one without jobs."""
    work = installation.folder / "sweep"
    work.mkdir()
    for call in (f"store({str(work)!r})", f"store_hostile({HOSTILE!r})"):
        name = call.partition("(")[0]
        installation.manage("shell", "-c", f"from tests.failed_sweep import {name}; {call}")
    installation.create("name: empty\njobs: []\n")


def shoot(page: Page, path: str, target: Path, *, is_whole: bool = True) -> None:
    """Write the picture of a page to a file."""
    page.goto(path)
    page.wait_for_load_state("networkidle")
    page.screenshot(path=target, full_page=is_whole)


def named(path: str) -> str:
    """Return a file name for an address."""
    return "".join(char if char.isalnum() else "_" for char in path).strip("_")[:80] or "overview"


def shoot_all(browser: Browser, installation: Installation, prefix: str, paths: list[str]) -> None:
    """Write the pictures of some pages in every look."""
    for look, options in LOOKS.items():
        with checked_page(browser, installation, **options) as (page, complaints):
            for path in paths:
                shoot(page, path, FOLDER / f"{prefix}_{named(path)}_{look}.png")
        print(f"{prefix} {look}: {len(paths)} pages", *complaints, sep="\n  ")


def n_completed(installation: Installation) -> int:
    """Return how many jobs of the study have completed."""
    return len(json.loads(installation.torc("jobs", "list", "1", "-s", "completed", "-f", "json")))


def shoot_study(browser: Browser, installation: Installation) -> None:
    """Write the pictures of a study that is under way, and of people in the middle of something."""
    installation.create(STUDY)
    installation.torc("workflows", "start", "1")
    wait_until(lambda: n_completed(installation) == N_SOON, 60, "the study is under way")
    shoot_all(browser, installation, "study", OF_STUDY)
    for look, options in LOOKS.items():
        with checked_page(browser, installation, **options) as (page, _):
            page.on("dialog", lambda dialog: dialog.accept())  # text that was typed may be left
            for scene in SCENES:
                scene(page)
                page.screenshot(path=FOLDER / f"scene_{scene.__name__}_{look}.png", full_page=True)


def shoot_readme(browser: Browser, installation: Installation) -> None:
    """Write the two pictures of the README."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    for look in ("light", "dark"):
        with checked_page(browser, installation, **LOOKS[look]) as (page, _):
            shoot(page, "/w/1", IMAGES / f"workflow_{look}.png", is_whole=False)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.screenshots", description=__doc__)
    parser.add_argument("--readme", action="store_true", help="only the pictures of the README")
    options = parser.parse_args()
    FOLDER.mkdir(parents=True, exist_ok=True)
    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        with serving("stocked") as installation:
            stock(installation)
            if options.readme:
                shoot_readme(browser, installation)
            else:
                own = [*pages_of(1), *OF_SWEEP]
                shoot_all(browser, installation, "5000", [*SITE, *own])
                shoot_all(browser, installation, "small", pages_of(2))
                shoot_all(browser, installation, "without_jobs", pages_of(3))
        if not options.readme:
            with serving("empty") as installation:
                shoot_all(browser, installation, "empty", SITE)
                shoot_study(browser, installation)
            with serving("idle", "--no-worker") as installation:
                installation.create(STUDY)
                installation.torc("workflows", "start", "1")
                shoot_all(browser, installation, "idle", ["/", "/workers", "/w/1", "/w/1/jobs/1"])
    print(FOLDER)


if __name__ == "__main__":
    main()
