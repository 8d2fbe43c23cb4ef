"""Every page in every width and theme, with no, little and much to show."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.acceptance.installation import Installation
from tests.acceptance.page_checks import (
    COLOR_RULES,
    PHONE_RULES,
    SITE,
    checked_page,
    misfits,
    pages_of,
    violations,
)

EVIL = "<img src=x onerror=alert(1)>\"'><script>alert(2)</script>"
SWEEP, HOSTILE, EMPTY = 1, 2, 3
OF_SWEEP = [
    "/w/1?status=failed&sort=-name",
    "/w/1?data=1&split=lr&fit=1",
    "/w/1?family=2",
    "/w/1/graph?data=1&fit=1",
    "/w/1/jobs/203",
    "/w/1/jobs/5002",
    "/w/1/data/1",
    "/w/1/data/1/edit",
    "/w/1/data/1/history",
    "/w/1?q=nothing-is-called-so",
    "/w/1/results?q=nothing-is-called-so",
    "/no-such-page",
    "/w/77",
]
OF_HOSTILE = ["/w/2/jobs/5003", "/w/2/data/2", "/w/2/data/2/edit", "/w/2/data/2/history"]
FULL = [*SITE, *pages_of(SWEEP), *OF_SWEEP]
ALL = [*FULL, *pages_of(HOSTILE), *OF_HOSTILE, *pages_of(EMPTY)]
"""The pages beyond FULL are of the same templates: their widths and policy are looked at."""


@pytest.fixture(scope="module")
def stocked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Return an installation with a sweep, a hostile workflow and one without jobs."""
    folder = tmp_path_factory.mktemp("stocked")
    made = Installation(folder, TORC_MEMORY="64g", TORC_NUM_CPUS="4")
    made.start()
    work = folder / "sweep"
    work.mkdir()
    made.manage("shell", "-c", f"from tests.failed_sweep import store; store({str(work)!r})")
    made.manage(
        "shell", "-c", f"from tests.failed_sweep import store_hostile; store_hostile({EVIL!r})"
    )
    assert made.create("name: empty\njobs: []\n") == str(EMPTY)
    yield made
    made.close()


def fitting(page: Page, path: str) -> list[str]:
    """Open a page and return in which widths it does not fit; the widest window stays."""
    page.goto(path)
    return [f"{path}: {misfit}" for misfit in misfits(page, PHONE_RULES if path in FULL else ())]


@pytest.mark.timeout(400)  # some sixty pages in three widths
@pytest.mark.parametrize(("theme", "rules"), [("light", ()), ("dark", COLOR_RULES)])
def test_each_page_fits_each_width_and_axe_and_its_policy_find_nothing(
    browser: Browser, stocked: Installation, theme: str, rules: tuple[str, ...]
) -> None:
    findings: list[str] = []
    with checked_page(browser, stocked, color_scheme=theme) as (page, complaints):
        for path in ALL:
            findings += fitting(page, path)
            if path in FULL:
                findings += [f"{path}: {violation}" for violation in violations(page, *rules)]
            findings += [f"{path}: {complaint}" for complaint in complaints]
            complaints.clear()
    assert findings == []


def test_a_site_without_a_workflow_fits_too(browser: Browser, installation: Installation) -> None:
    installation.start()
    findings: list[str] = []
    with checked_page(browser, installation) as (page, complaints):
        for path in SITE:
            findings += fitting(page, path)
            findings += [f"{path}: {violation}" for violation in violations(page)]
    assert findings + complaints == []


def test_hostile_names_values_and_logs_stay_text(browser: Browser, stocked: Installation) -> None:
    with checked_page(browser, stocked) as (page, complaints):
        for path in ["/", "/failures", "/workers", *pages_of(HOSTILE), *OF_HOSTILE]:
            page.goto(path)
            assert page.locator("img, main script").count() == 0, path
            assert "\x1b" not in page.content(), path
        page.goto("/w/2/jobs/5003")
        assert EVIL in page.locator(".log").inner_text()
        assert EVIL in page.locator("h1").inner_text()
    assert complaints == []
