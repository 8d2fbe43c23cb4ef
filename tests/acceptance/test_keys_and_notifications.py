"""Keys, title, icon and notifications in a real browser."""

import re

from playwright.sync_api import Page, expect

from tests.acceptance.installation import Installation

SPEC = """\
name: sweep
jobs:
  - {name: first, command: 'until [ -e go ]; do sleep 0.05; done; exit 3'}
  - {name: second, command: 'until [ -e end ]; do sleep 0.05; done; echo printed'}
user_data:
  - {name: config, data: {lr: 0.1, "layers": [64, 64], "note": "long enough to be folded away"}}
"""
NOTES = """
window.notes = [];
window.Notification = class {
  static permission = "granted";
  static requestPermission() { return Promise.resolve("granted"); }
  constructor(title, options) { window.notes.push(`${title}: ${options.body}`); }
};
"""


def create(page: Page, spec: str, button: str) -> None:
    page.goto("/workflows/new")
    page.locator("#id_text").fill(spec)
    page.get_by_role("button", name=button, exact=True).click()


def start(page: Page) -> None:
    create(page, SPEC, "Create and start")
    expect(page.locator("#chip-running")).to_contain_text("2")


def let(installation: Installation, name: str) -> None:
    (installation.data_dir / "workflows/1" / name).touch()


def test_the_tab_and_a_notification_tell_the_first_failure_and_the_end(
    page: Page, installation: Installation
) -> None:
    page.add_init_script(NOTES)
    start(page)
    expect(page).to_have_title("▶ sweep #1 · torc")
    page.get_by_role("button", name="Notify me").click()
    expect(page.locator("#notify")).to_have_text("Will notify")
    let(installation, "go")
    expect(page).to_have_title("✕ sweep #1 · torc")
    assert page.locator("#icon").get_attribute("href") == "/static/icons/failed.svg"
    expect(page.locator("#notify")).to_have_text("Will notify")
    let(installation, "end")
    expect(page.locator("h1")).to_contain_text("ended")
    page.wait_for_function("window.notes.length == 2")
    assert page.evaluate("window.notes") == [
        "sweep #1: first failure: 1 failed, still running",
        "sweep #1: ended, 1 failed",
    ]
    expect(page.locator("#notify")).to_have_count(0)
    assert page.evaluate("Object.keys(localStorage)") == []


def leave_by_keys(page: Page) -> None:
    page.keyboard.press("Control+a")
    page.locator("h1").click()
    page.keyboard.press("t")
    assert page.evaluate("document.documentElement.dataset.theme") == "light"
    page.keyboard.press("r")
    page.wait_for_url(re.compile("/w/1/rerun"))
    page.keyboard.press("g")
    page.keyboard.press("w")
    expect(page.locator("h1")).to_have_text("Workflows")


def test_keys_walk_the_rows_and_rest_while_somebody_types(
    page: Page, installation: Installation
) -> None:
    start(page)
    let(installation, "go")
    let(installation, "end")
    expect(page.locator("h1")).to_contain_text("ended")
    page.keyboard.press("j")
    expect(page.get_by_role("link", name="first", exact=True)).to_be_focused()
    page.keyboard.press("j")
    expect(page.get_by_role("link", name="second", exact=True)).to_be_focused()
    page.keyboard.press("x")
    assert page.locator("#job-table input:checked").count() == 1
    page.keyboard.press("Enter")
    expect(page.locator(".log")).to_contain_text("printed")
    page.go_back()
    page.keyboard.press("?")
    expect(page.locator("dialog#keys")).to_be_visible()
    page.keyboard.press("j")
    page.keyboard.press("Escape")
    expect(page.locator("dialog#keys")).to_be_hidden()
    page.keyboard.press("/")
    page.keyboard.type("fgwrt?")
    expect(page.locator("main input[type=search]")).to_have_value("fgwrt?")
    leave_by_keys(page)


def test_a_value_folds_is_changed_compared_and_restored(
    page: Page, installation: Installation
) -> None:
    create(page, SPEC, "Create")
    page.goto("/w/1/data/1")
    layers = page.locator("#value-text details details")
    layers.locator("summary").click()
    expect(page.locator("#value-text")).to_contain_text('"note": "long enough')
    expect(layers.locator("summary")).to_have_text('"layers": [')
    assert page.evaluate("document.querySelectorAll('#value-text details:not([open])').length") == 1
    text = page.locator("#value-text").evaluate("element => element.textContent")
    assert '"layers": [\n    64,\n    64\n  ],\n' in text
    installation.torc("user-data", "update", "1", "--data", '{"lr": 0.2}')
    expect(page.locator("#value-text")).to_have_text('{"lr": 0.2}')
    page.get_by_role("link", name="History").click()
    expect(page.locator("#changes")).to_contain_text("lr")
    page.once("dialog", lambda dialog: dialog.accept())
    page.locator("#version-1 button").click()
    expect(page.locator("#notice")).to_contain_text("Version 1 of config is back, as version 3")
    assert installation.json("user-data", "get", "1")["data"]["lr"] == 0.1
