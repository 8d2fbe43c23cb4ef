"""What pages look like once somebody has acted, in both themes and in every width."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.acceptance.installation import Installation
from tests.acceptance.page_checks import COLOR_RULES, checked_page, misfits, violations
from tests.acceptance.page_states import SIGNED_IN, SIGNED_OUT

THEMES: dict[str, tuple[str, ...]] = {"light": (), "dark": COLOR_RULES}


@pytest.fixture(scope="module")
def looked(browser: Browser, worked: Installation) -> Iterator[tuple[Page, list[str]]]:
    """Return a page of a browser that has signed in, and what it complains about."""
    with checked_page(browser, worked) as (page, complaints):
        page.on("dialog", lambda dialog: dialog.accept())  # it asks before typed text is left
        yield page, complaints


def findings(page: Page) -> list[str]:
    """Return what is wrong with the page that is shown."""
    findings = misfits(page)
    for theme, rules in THEMES.items():
        page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        findings += [f"{theme}: {violation}" for violation in violations(page, *rules)]
    return findings


@pytest.mark.parametrize("name", SIGNED_IN)
def test_a_page_fits_and_axe_finds_nothing_once_somebody_has_acted(
    looked: tuple[Page, list[str]], worked: Installation, name: str
) -> None:
    page, complaints = looked
    complaints.clear()
    SIGNED_IN[name](page, worked)
    assert findings(page) == []
    assert [complaint for complaint in complaints if name != "500" or name not in complaint] == []


@pytest.mark.parametrize("name", SIGNED_OUT)
def test_a_page_before_the_door_fits_and_axe_finds_nothing(
    browser: Browser, worked: Installation, name: str
) -> None:
    page = browser.new_page(base_url=worked.url)
    SIGNED_OUT[name](page, worked)
    problems = findings(page)
    page.close()
    assert problems == []
