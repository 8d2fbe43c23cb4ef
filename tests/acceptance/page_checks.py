"""How a browser looks at a page: its width, what axe finds in it, what its policy refused."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.resources import files
from typing import Any

from playwright.sync_api import Browser, Page, Request, Response

from tests.acceptance.installation import Installation

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text()
AXE_RUN = """async rules => (await axe.run(rules.length ? {runOnly: rules} : {})).violations
    .filter(one => one.impact == "serious" || one.impact == "critical")
    .map(one => one.id + ": " + one.nodes.map(node => node.target.join(" ")).join(", "))"""
OF_COLOUR = ("color-contrast", "link-in-text-block")
OF_PHONES = ("scrollable-region-focusable", "meta-viewport")
WIDTHS = (360, 900, 1440)
WIDTH = "[document.scrollingElement.scrollWidth, innerWidth]"
REFUSED = """
document.addEventListener("securitypolicyviolation", event => {
    console.error(`refused: ${event.effectiveDirective} ${event.blockedURI} ${event.sourceFile}`);
});
window.alert = text => console.error(`alert: ${text}`);
"""


def pages_of(number: int) -> list[str]:
    """Return the addresses of the pages that every workflow has."""
    tabs = ("", "/graph", "/results", "/failures", "/data", "/files", "/events", "/spec", "/audit")
    asking = ("/rerun", "/rerun?status=any", "/reinitialize", "/cancel", "/delete")
    return [f"/w/{number}{end}" for end in (*tabs, *asking)]


SITE = ["/", "/failures", "/workers", "/tokens", "/audit", "/account", "/workflows/new"]


@contextmanager
def watched(
    browser: Browser, installation: Installation, **options: Any
) -> Iterator[tuple[Page, list[str]]]:
    """Yield a signed-in page in a context of its own, and all that it complains about.

    Args:
        browser: who opens the context.
        installation: a running server.
        options: of the context.
    """
    context = browser.new_context(base_url=installation.url, **options)
    context.add_init_script(REFUSED)
    page = context.new_page()
    complaints: list[str] = []

    def hear_request(request: Request) -> None:
        if not request.url.startswith((installation.url, "data:", "blob:")):
            complaints.append(f"asked another host: {request.url}")

    def hear_response(response: Response) -> None:
        if response.status >= 500:
            complaints.append(f"{response.status} {response.url}")

    page.on("request", hear_request)
    page.on("response", hear_response)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda one: complaints.append(one.text) if is_serious(one.text) else None)
    sign_in(page, installation)
    yield page, complaints
    context.close()


def is_serious(text: str) -> bool:
    """Return whether a console tells of more than a status asked for, or of a focus kept."""
    return not re.search(r"status of 4\d\d|net::ERR_FAILED|Autofocus processing", text)


def sign_in(page: Page, installation: Installation) -> None:
    """Come by a fresh link of the command line."""
    link = re.search(r"http\S+/sign-in/\S+", installation.torc("login-link", with_notes=True))
    assert link
    page.goto(link[0])
    page.locator("main button").click()
    page.wait_for_url(f"{installation.url}/")


def violations(page: Page, *rules: str) -> list[str]:
    """Return the serious and critical findings of axe on the page that is shown.

    Args:
        page: is given axe, which its own policy would not let in as a script element.
        rules: of axe, only these; all of them unless told.
    """
    page.evaluate(AXE)
    return list(page.evaluate(AXE_RUN, list(rules)))


def misfits(page: Page, rules: Sequence[str] = OF_PHONES) -> list[str]:
    """Return in which widths a page is wider than its window; the widest window stays.

    Args:
        page: as it is shown.
        rules: of axe, judged in the narrowest window.
    """
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        wide, window = page.evaluate(WIDTH)
        found += [f"{wide} > {window}"] if wide > window else []
        if width == WIDTHS[0] and rules:
            found += [f"narrow: {one}" for one in violations(page, *rules)]
    return found
