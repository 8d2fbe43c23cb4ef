"""What pages look like once somebody has acted, in both themes and in every width."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.acceptance.installation import Installation
from tests.acceptance.page_checks import OF_COLOUR, misfits, violations, watched
from tests.acceptance.page_states import SIGNED_IN, SIGNED_OUT

THEMES: dict[str, tuple[str, ...]] = {"light": (), "dark": OF_COLOUR}


@pytest.fixture(scope="module")
def looked(browser: Browser, worked: Installation) -> Iterator[tuple[Page, list[str]]]:
    """Return a page of a browser that has signed in, and what it complains about."""
    with watched(browser, worked) as (page, complaints):
        page.on("dialog", lambda dialog: dialog.accept())  # it asks before typed text is left
        yield page, complaints


def findings(page: Page) -> list[str]:
    """Return what is wrong with the page that is shown."""
    found = misfits(page)
    for theme, rules in THEMES.items():
        page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        found += [f"{theme}: {one}" for one in violations(page, *rules)]
    return found


@pytest.mark.parametrize("name", SIGNED_IN)
def test_a_page_fits_and_axe_finds_nothing_once_somebody_has_acted(
    looked: tuple[Page, list[str]], worked: Installation, name: str
) -> None:
    page, complaints = looked
    complaints.clear()
    SIGNED_IN[name](page, worked)
    assert findings(page) == []
    assert [one for one in complaints if name != "500" or name not in one] == []


@pytest.mark.parametrize("name", SIGNED_OUT)
def test_a_page_before_the_door_fits_and_axe_finds_nothing(
    browser: Browser, worked: Installation, name: str
) -> None:
    page = browser.new_page(base_url=worked.url)
    SIGNED_OUT[name](page, worked)
    found = findings(page)
    page.close()
    assert found == []
