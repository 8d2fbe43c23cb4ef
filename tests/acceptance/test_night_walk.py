"""The night walk: from the alert on the overview to the rerun of what failed, counting clicks."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.acceptance.installation import Installation
from tests.acceptance.page_checks import checked_page
from tests.failed_sweep import N_DISK, N_MEMORY, N_NAN

MOST_CLICKS = 7
SPEC_WITH_ERROR = """\
name: night
jobs:
  - name: first
    command: echo first
  - name: second
    command: |
      until [ -e go ]; do sleep 0.05; done
    depends_on: [first]
  - name: third
    command: |
      echo third
    depends_on: [secnd]
user_data:
  - {name: settings, data: {rate: 0.1}}
"""


class Finger:
    """Clicks, and counts."""

    n_clicks = 0

    def click(self, target: Locator) -> None:
        """Click what is there, and wait for where it leads."""
        target.click()
        self.n_clicks += 1


@pytest.fixture
def night(tmp_path: Path) -> Iterator[Installation]:
    """Return an installation with the sweep of the night."""
    made = Installation(tmp_path, TORC_MEMORY="64g", TORC_NUM_CPUS="8")
    made.start()
    work = tmp_path / "sweep"
    work.mkdir()
    made.manage("shell", "-c", f"from tests.failed_sweep import store; store({str(work)!r})")
    yield made
    made.close()


def test_a_failed_part_of_a_sweep_is_found_and_rerun_in_a_few_clicks(
    browser: Browser, night: Installation
) -> None:
    finger = Finger()
    with checked_page(browser, night, viewport={"width": 360, "height": 780}) as (page, complaints):
        expect(page.locator("#head")).to_contain_text("1 needs attention")
        finger.click(page.get_by_role("link", name="1 needs attention"))
        expect(page.locator("#workflow-table tbody tr")).to_have_count(1)
        finger.click(page.get_by_role("link", name="lr_sweep", exact=True))
        total = N_MEMORY + N_NAN - 2 + N_DISK
        see_failures(page, total)
        finger.click(page.get_by_role("link", name=re.compile("^Failures ")))
        group = see_causes(page)
        finger.click(group.locator("summary").nth(1))
        expect(group.locator("details[open]")).to_have_count(2)
        finger.click(
            group.get_by_role("link", name=f"Raise memory 256m → 384m and rerun {N_MEMORY} jobs")
        )
        see_preview(page)
        finger.click(page.get_by_role("button", name=re.compile(r"^Rerun \d+ jobs")))
        expect(page.locator("#notice")).to_contain_text(f"{N_MEMORY} jobs reset")
        expect(page.locator("#notice")).to_contain_text("memory 384m")
        assert finger.n_clicks <= MOST_CLICKS
        left = total - N_MEMORY
        expect(page.locator("h1")).to_contain_text(f"{left} failed", timeout=90_000)
        expect(page.locator("#chip-terminated")).to_have_count(0)
        page.get_by_role("link", name="Audit entry").click()
        expect(page.locator("#audit-table")).to_contain_text("384m")
    assert complaints == []


def see_failures(page: Page, total: int) -> None:
    expect(page.locator("#causes")).to_contain_text(f"Failures by cause · {total}")
    expect(page.locator("#causes")).to_contain_text("used more memory than its limit")
    assert page.locator("#graph svg a").count() >= 4


def see_causes(page: Page) -> Locator:
    groups = page.locator("section.cause")
    expect(groups).to_have_count(3)
    first, second, third = (groups.nth(n) for n in range(3))
    expect(first).to_contain_text(f"{N_MEMORY} jobs")
    expect(first).to_contain_text("lr=0.1")
    expect(first).to_contain_text("OutOfMemoryError")
    expect(second).to_contain_text("ValueError: loss is nan at step")
    expect(third).to_contain_text("c14-n03 only")
    expect(third).to_contain_text("look at that node first")
    return first


def see_preview(page: Page) -> None:
    n_all = 2 * N_MEMORY  # with what was canceled because of them; the report waits for more
    expect(page.locator("h1")).to_have_text(f"Run {n_all} jobs again?")
    expect(page.locator("#rerun")).to_contain_text("256m")
    expect(page.locator("#rerun")).to_contain_text("384m")
    expect(page.locator("#rerun")).to_contain_text("train_lr{lr}_seed{seed}")


def test_a_spec_with_a_mistake_is_mended_created_and_watched_without_a_reload(
    browser: Browser, installation: Installation
) -> None:
    installation.start()
    with checked_page(browser, installation) as (page, complaints):
        page.get_by_role("link", name="Upload spec").click()
        page.locator("#id_text").fill(SPEC_WITH_ERROR)
        page.get_by_role("button", name="Check", exact=True).click()
        expect(page.locator("#mistakes")).to_contain_text("Line 12")
        expect(page.locator("#mistakes")).to_contain_text("second")
        page.locator("#id_text").fill(SPEC_WITH_ERROR.replace("secnd", "second"))
        page.get_by_role("button", name="Create and start").click()
        expect(page.locator("#chip-running")).to_contain_text("1")
        page.evaluate("window.isSameDocument = true")
        (installation.data_dir / "workflows/1/go").touch()
        expect(page.locator("h1")).to_contain_text("completed")
        expect(page.locator("#chip-completed")).to_contain_text("3")
        assert page.evaluate("window.isSameDocument") is True
        edit_in_two_browsers(browser, installation, page)
    assert complaints == []


def edit_in_two_browsers(browser: Browser, installation: Installation, page: Page) -> None:
    page.goto("/w/1/data/1/edit")
    with checked_page(browser, installation) as (other, complaints):
        other.goto("/w/1/data/1/edit")
        other.locator("textarea").fill('{"rate": 0.3}')
        other.get_by_role("button", name="Save").click()
        expect(other.locator("#value-text")).to_have_text('{"rate": 0.3}')
    page.locator("textarea").fill('{"rate": 0.2}')
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#theirs")).to_contain_text('{"rate": 0.3}')
    expect(page.locator("textarea")).to_have_value('{"rate": 0.2}')
    page.get_by_role("button", name="Replace with mine").click()
    expect(page.locator("#value-text")).to_have_text('{"rate": 0.2}')
    assert complaints == []


def test_a_page_whose_reader_signed_out_elsewhere_says_so(
    browser: Browser, installation: Installation
) -> None:
    installation.start()
    installation.create("name: w\njobs:\n  - {name: long, command: sleep 30}\n")
    with checked_page(browser, installation) as (page, complaints):
        page.goto("/w/1")
        page.get_by_role("button", name="Start").click()
        expect(page.locator("#chip-running")).to_contain_text("1")
        other = page.context.new_page()
        other.goto("/")
        other.get_by_role("button", name="Sign out").click()
        expect(page.get_by_text(re.compile("[Ss]ign in")).first).to_be_visible()
        expect(page.locator("h1")).to_contain_text("running")
    assert complaints == []
