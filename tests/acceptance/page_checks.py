"""Checks of a page in a browser: its width, what axe finds, what its security policy blocks."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.resources import files
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Response

from tests.acceptance.installation import Installation

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text()
AXE_RUN = """async rules => (await axe.run(rules.length ? {runOnly: rules} : {})).violations
    .filter(rule => rule.impact == "serious" || rule.impact == "critical")
    .map(rule => rule.id + ": " + rule.nodes.map(node => node.target.join(" ")).join(", "))"""
COLOR_RULES = ("color-contrast", "link-in-text-block")
PHONE_RULES = ("scrollable-region-focusable", "meta-viewport")
WIDTHS = (360, 900, 1440)
WIDTH = "[document.scrollingElement.scrollWidth, innerWidth]"
REPORT_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", event => {
    console.error(`blocked: ${event.effectiveDirective} ${event.blockedURI} ${event.sourceFile}`);
});
window.alert = text => console.error(`alert: ${text}`);
"""


def pages_of(number: int) -> list[str]:
    """Return the paths of the pages that every workflow has."""
    tabs = ("", "/graph", "/results", "/failures", "/data", "/files", "/events", "/spec", "/audit")
    asking = ("/rerun", "/rerun?status=any", "/reinitialize", "/cancel", "/delete")
    return [f"/w/{number}{end}" for end in (*tabs, *asking)]


SITE = ["/", "/failures", "/workers", "/tokens", "/audit", "/account", "/workflows/new"]


@contextmanager
def checked_page(
    browser: Browser, installation: Installation, **options: Any
) -> Iterator[tuple[Page, list[str]]]:
    """Yield a signed-in page in a context of its own, and the list of its errors.

    Args:
        browser: to open the context in.
        installation: a running server.
        options: of the context.
    """
    context = browser.new_context(base_url=installation.url, **options)
    context.add_init_script(REPORT_VIOLATIONS)
    page = context.new_page()
    complaints = _recorded_complaints(page, installation)
    sign_in(page, installation)
    yield page, complaints
    context.close()


def _recorded_complaints(page: Page, installation: Installation) -> list[str]:
    """Return a list to which each later error of the page is added."""
    complaints: list[str] = []

    def note_request(request: Request) -> None:
        if not request.url.startswith((installation.url, "data:", "blob:")):
            complaints.append(f"request to another host: {request.url}")

    def note_response(response: Response) -> None:
        if response.status >= 500:
            complaints.append(f"{response.status} {response.url}")

    def note_message(message: ConsoleMessage) -> None:
        if is_serious(message.text):
            complaints.append(message.text)

    page.on("request", note_request)
    page.on("response", note_response)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", note_message)
    return complaints


def is_serious(text: str) -> bool:
    """Return whether a console message is more than an expected status or an autofocus."""
    return not re.search(r"status of 4\d\d|net::ERR_FAILED|Autofocus processing", text)


def sign_in(page: Page, installation: Installation) -> None:
    """Sign in with a fresh link of the command line."""
    link = re.search(r"http\S+/sign-in/\S+", installation.torc("login-link", with_notes=True))
    assert link
    page.goto(link[0])
    page.locator("main button").click()
    page.wait_for_url(f"{installation.url}/")


def violations(page: Page, *rules: str) -> list[str]:
    """Return the serious and critical findings of axe on the page that is shown.

    Args:
        page: on which axe is evaluated; its policy would block a script element.
        rules: of axe, only these; without any all of them.
    """
    page.evaluate(AXE)
    return list(page.evaluate(AXE_RUN, list(rules)))


def misfits(page: Page, rules: Sequence[str] = PHONE_RULES) -> list[str]:
    """Return in which widths a page is wider than its window; the widest window stays.

    Args:
        page: that is shown.
        rules: of axe, checked in the narrowest window.
    """
    findings = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        wide, window = page.evaluate(WIDTH)
        findings += [f"{wide} > {window}"] if wide > window else []
        if width == WIDTHS[0] and rules:
            findings += [f"narrow: {violation}" for violation in violations(page, *rules)]
    return findings
