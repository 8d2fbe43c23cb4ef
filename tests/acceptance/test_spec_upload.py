"""A spec that is checked while somebody types it, in a real browser."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from tests.acceptance.installation import Installation

SPEC = """\
name: sweep
jobs:
  - name: fit_{i}
    command: echo {i}
    resource_requirements: small
    parameters: {i: "1:60"}
  - name: collect
    command: echo done
    depends_on_regexes: ["^fit_"]
    resource_requirements: small
resource_requirements:
  - {name: small, num_cpus: 2, memory: 1g, runtime: PT1H}
"""
STATE = """area => ({
    focused: document.activeElement === area, text: area.value,
    start: area.selectionStart, end: area.selectionEnd,
})"""


@pytest.fixture
def upload(page: Page) -> Iterator[Page]:
    """Return the page with a right spec in it, which has been checked as it was put in."""
    page.goto("/workflows/new")
    page.locator("#id_text").fill(SPEC)
    expect(page.locator("#plan h2")).to_contain_text("sweep is valid")
    yield page
    page.evaluate("delete document.getElementById('spec-form').dataset.changed")


def type_at(page: Page, position: int, text: str) -> None:
    """Type with the caret at a position of the text."""
    area = page.locator("#id_text")
    area.focus()
    area.evaluate("(area, at) => area.setSelectionRange(at, at)", position)
    page.keyboard.type(text)


def test_an_error_shows_at_its_line_while_typing_and_takes_nothing_away(upload: Page) -> None:
    area = upload.locator("#id_text")
    type_at(upload, SPEC.index('_"]'), "t")
    expect(upload.locator("#mistakes")).to_contain_text("Line 9")
    expect(upload.locator("#mistakes pre")).to_have_text('    depends_on_regexes: ["^fitt_"]')
    expect(upload.locator(".gutter span")).to_have_text("✕ 9")
    expect(upload.locator(".at-lines span")).to_contain_text("^fitt_")
    expect(area).to_have_attribute("aria-invalid", "true")
    wrong = SPEC.replace("^fit_", "^fitt_")
    caret = wrong.index('_"]')
    expected = {"focused": True, "text": wrong, "start": caret, "end": caret}
    assert area.evaluate(STATE) == expected
    upload.keyboard.press("Backspace")
    expect(upload.locator("#plan h2")).to_contain_text("sweep is valid")
    expect(upload.locator(".gutter span")).to_have_count(0)
    expect(area).to_have_attribute("aria-invalid", "false")
    assert area.evaluate(STATE) == {**expected, "text": SPEC, "start": caret - 1, "end": caret - 1}


def test_the_plan_says_what_is_asked_and_which_names_there_are(
    upload: Page, installation: Installation
) -> None:
    expect(upload.locator("#requested")).to_have_text("122 CPU·h, 61 GiB·h")
    family = upload.locator("#plan-families tr", has_text="fit_{i}")
    expect(family.locator("code")).to_have_text(
        ["fit_1", "fit_2", "fit_3", "fit_58", "fit_59", "fit_60"]
    )
    type_at(upload, SPEC.index('60"}'), "1")
    expect(upload.locator("#requested")).to_have_text("322 CPU·h, 161 GiB·h")
    expect(upload.locator("#plan svg.graph")).to_be_visible()
    assert installation.json("workflows", "list") == []


def test_a_line_of_the_verdict_leads_to_the_line_of_the_text(upload: Page) -> None:
    type_at(upload, SPEC.index('_"]'), "t")
    upload.locator("#mistakes a").click()
    assert upload.evaluate("getSelection().toString()") == '    depends_on_regexes: ["^fitt_"]'


def test_an_answer_that_comes_late_never_replaces_a_newer_one(upload: Page) -> None:
    held: list[Route] = []
    sent: list[str] = []

    def hold(route: Route) -> None:
        sent.append(route.request.post_data or "")
        if len(sent) == 1:
            held.append(route)
        else:
            route.continue_()

    upload.route("**/workflows/new", hold)
    type_at(upload, SPEC.index('_"]'), "t")  # its check hangs
    expect(upload.locator("#checking")).to_have_class(re.compile("htmx-request"))
    upload.keyboard.press("Backspace")
    type_at(upload, SPEC.index('60"}'), "1")
    upload.wait_for_timeout(800)  # longer than the pause after which a check is sent
    assert held
    held[0].continue_()
    expect(upload.locator("#plan")).to_contain_text("161")
    expect(upload.locator("#checking")).not_to_have_class(re.compile("htmx-request"))
    expect(upload.locator("#mistakes")).to_have_count(0)
    assert "^fitt_" in sent[0]
    assert "^fitt_" not in sent[-1]


def test_a_chosen_file_is_checked_at_once_and_the_text_stays(upload: Page, tmp_path: Path) -> None:
    spec = tmp_path / "wrong.yaml"
    spec.write_text("name: other\njobs: 3\n")
    upload.locator("#id_file").set_input_files(spec)
    expect(upload.locator("#mistakes")).to_contain_text("Line 2")
    expect(upload.locator("#id_text")).to_have_value(SPEC)
    expect(upload.locator(".gutter span")).to_have_count(0)  # the text is not what is wrong


def test_an_emptied_text_is_no_mistake(upload: Page) -> None:
    upload.locator("#id_text").fill("")
    expect(upload.locator("#no-verdict")).to_be_visible()
    expect(upload.locator("#verdict .notice")).to_have_count(0)
