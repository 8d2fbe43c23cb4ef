"""The graph on a workflow's page and alone, in a real browser."""

import re

from playwright.sync_api import Browser, Locator, Page, expect

from tests.acceptance.installation import Installation
from tests.acceptance.page_checks import checked_page

CHAIN = "name: chain\njobs:\n" + "".join(
    f"  - {{name: step_{n}_of_a_long_chain, command: 'true', depends_on: [{before}]}}\n"
    for n, before in [(0, ""), *((n, f"step_{n - 1}_of_a_long_chain") for n in range(1, 9))]
)


def overflow(box: Locator) -> int:
    """Return by how many pixels the graph is wider than its box."""
    return int(box.evaluate("box => box.scrollWidth - box.clientWidth"))


def test_the_graph_fits_when_asked_and_stands_alone_at_an_address_of_its_own(
    page: Page, installation: Installation
) -> None:
    installation.create(CHAIN)
    page.goto("/w/1?q=step")
    box = page.locator("#graph-box")
    assert overflow(box) > 100
    page.get_by_role("link", name="fit").click()
    page.wait_for_url("**/w/1?q=step&fit=1")
    assert overflow(box) == 0
    page.get_by_role("link", name="full screen").click()
    page.wait_for_url("**/w/1/graph?q=step&fit=1")
    expect(page.locator("header.top")).to_be_hidden()
    assert overflow(box) == 0
    page.get_by_role("link", name="fit").click()
    page.wait_for_url("**/w/1/graph?q=step")
    assert overflow(box) > 100
    page.keyboard.press("Escape")
    page.wait_for_url("**/w/1?q=step")
    expect(page.locator("#job-table")).to_be_visible()
    page.go_back()
    expect(page.locator("#alone")).to_be_visible()
    page.locator("svg.graph a", has_text="step_0").click()
    page.wait_for_url(re.compile(r"/w/1/jobs/\d+$"))


def test_the_list_of_stages_stays_open_and_follows(page: Page, installation: Installation) -> None:
    go = installation.folder / "go"
    installation.create(
        f"name: w\njobs:\n- {{name: only, command: 'until [ -e {go} ]; do sleep 0.05; done'}}\n"
    )
    installation.torc("start", "1")
    page.goto("/w/1")
    page.locator("#stage-list summary").click()
    n_completed = page.locator("#stage-table tbody td:nth-child(4)")
    expect(n_completed).to_have_text("0")
    go.touch()
    expect(n_completed).to_have_text("1")
    expect(page.locator("#stage-table")).to_be_visible()


def test_all_of_it_works_without_a_script(browser: Browser, installation: Installation) -> None:
    installation.start()
    with checked_page(browser, installation, java_script_enabled=False) as (page, complaints):
        page.goto("/workflows/new")
        page.locator("#id_text").fill(CHAIN.replace("step_7_of", "step_77_of", 1))
        page.get_by_role("button", name="Check").click()
        expect(page.locator("#mistakes")).to_contain_text("Line 11")
        page.locator("#id_text").fill(CHAIN)
        page.get_by_role("button", name="Create", exact=True).click()
        page.get_by_role("link", name="fit").click()
        assert overflow(page.locator("#graph-box")) == 0
        page.get_by_role("link", name="full screen").click()
        expect(page.locator("header.top")).to_be_hidden()
        page.get_by_role("link", name="Close").click()
        page.wait_for_url("**/w/1?fit=1")
    assert complaints == []
