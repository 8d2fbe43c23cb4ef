"""States of pages that only an action of a person brings about, and these actions."""

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from playwright.sync_api import Page, expect

from tests.acceptance.installation import Installation

VALUE = "/w/1/data/1"
BREAK = "from django.db import connection; connection.cursor().execute({!r})"
_numbers = itertools.count(2)

State = Callable[[Page, Installation], None]


def at(path: str) -> State:
    """Return the state of a page as it is opened."""

    def opened(page: Page, installation: Installation) -> None:
        page.goto(path)

    return opened


def change_value(installation: Installation) -> None:
    """Give the value of the hostile workflow another version."""
    data = f'{{"rate": {next(_numbers)}, "layers": [1, 2, 3]}}'
    installation.torc("user-data", "update", "1", "--data", data)


def send(page: Page, path: str, field: str, text: str, button: str) -> None:
    """Open a page, write into a field and press a button."""
    page.goto(path)
    page.locator(field).fill(text)
    page.get_by_role("button", name=button, exact=True).click()


def edit_refused(page: Page, installation: Installation) -> None:
    send(page, f"{VALUE}/edit", "#value", '{"rate": 1,}', "Save")
    expect(page.locator("#errors")).to_be_visible()


def edit_in_conflict(page: Page, installation: Installation) -> None:
    page.goto(f"{VALUE}/edit")
    change_value(installation)
    page.locator("#value").fill('{"rate": "mine"}')
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#conflict")).to_be_visible()


def edit_saved(page: Page, installation: Installation) -> None:
    send(page, f"{VALUE}/edit", "#value", f'{{"rate": {next(_numbers)}}}', "Save")
    expect(page.locator("#notice")).to_contain_text("saved as version")


def history_with_difference(page: Page, installation: Installation) -> None:
    change_value(installation)
    page.goto(f"{VALUE}/history?from=1")
    expect(page.locator("#lines ins").first).to_be_visible()


def stale_jobs(page: Page, installation: Installation) -> None:
    change_value(installation)
    page.goto("/w/1/reinitialize")
    expect(page.locator("#stale-jobs")).to_contain_text("train_1")


def rerun_preview(page: Page, installation: Installation) -> None:
    page.goto("/w/1/rerun?name=train_3&memory=2g")
    expect(page.locator("#go")).to_be_visible()


def rerun_done(page: Page, installation: Installation) -> None:
    rerun_preview(page, installation)
    page.locator("#go").get_by_label("Start at once").uncheck()
    page.locator("#go button.primary").click()
    expect(page.locator("#notice")).to_contain_text("reset")
    installation.torc("run", "1", expect=1)


def token_made(page: Page, installation: Installation) -> None:
    send(page, "/tokens", "#id_name", "night", "Create token")
    expect(page.locator("#token")).to_contain_text("torc_pat_")


def password_refused(page: Page, installation: Installation) -> None:
    page.goto("/account")
    page.locator("#id_new_password1").fill("short")
    page.locator("#id_new_password2").fill("other")
    page.locator("#password button.primary").click()
    expect(page.locator("#password .notice-error, #password .errorlist").first).to_be_visible()


def spec_refused(page: Page, installation: Installation) -> None:
    send(page, "/workflows/new", "#id_text", "name: w\njobs: [{name: a, depend: b}]\n", "Check")
    expect(page.locator("#mistakes")).to_be_visible()


def running_log(page: Page, installation: Installation) -> None:
    [job] = installation.json("jobs", "list", "2")
    page.goto(f"/w/2/jobs/{job['id']}")
    expect(page.locator(".log")).to_contain_text("40")
    expect(page.get_by_role("button", name="Pause")).to_be_visible()


def plot(page: Page, installation: Installation) -> None:
    page.goto("/w/1/results?x=n&y=time")
    expect(page.locator("#plot")).to_contain_text("6 jobs with both numbers")


def forbidden(page: Page, installation: Installation) -> None:
    page.goto("/tokens")
    tokens = page.locator("main [name=csrfmiddlewaretoken]").first
    tokens.evaluate("field => { field.value = 'x'.repeat(64); }")
    page.locator("#id_name").fill("night")
    page.get_by_role("button", name="Create token").click()
    expect(page.locator("h1")).to_contain_text("403")


@contextmanager
def without_audit(installation: Installation) -> Iterator[None]:
    """Take a table away that a page needs."""
    table = "accounts_auditentry"
    installation.manage("shell", "-c", BREAK.format(f"ALTER TABLE {table} RENAME TO hidden"))
    try:
        yield
    finally:
        installation.manage("shell", "-c", BREAK.format(f"ALTER TABLE hidden RENAME TO {table}"))


def broken(page: Page, installation: Installation) -> None:
    with without_audit(installation):
        page.goto("/audit")
    expect(page.locator("h1")).to_contain_text("500")
    expect(page.locator("main")).to_contain_text("request_id")


def refused_at_the_door(page: Page, installation: Installation) -> None:
    page.goto("/sign-in")
    page.locator("#id_username").fill("nobody")
    page.locator("#id_password").fill("not a password")
    page.locator("main button.primary").click()
    expect(page.locator("main")).to_contain_text("No account has this name and password")


def link_over(page: Page, installation: Installation) -> None:
    page.goto("/sign-in/nonsense")
    page.locator("main button").click()
    expect(page.locator("h1")).to_contain_text("no longer")


SIGNED_IN: dict[str, State] = {
    "value": at(VALUE),
    "edit": at(f"{VALUE}/edit"),
    "edit refused": edit_refused,
    "edit in conflict": edit_in_conflict,
    "edit saved": edit_saved,
    "history with a difference": history_with_difference,
    "files": at("/w/1/files"),
    "account": at("/account"),
    "password refused": password_refused,
    "tokens": at("/tokens"),
    "token made": token_made,
    "stale jobs": stale_jobs,
    "rerun preview": rerun_preview,
    "rerun done": rerun_done,
    "audit": at("/audit"),
    "audit of a workflow": at("/w/1/audit"),
    "spec refused": spec_refused,
    "running log": running_log,
    "results with a plot": plot,
    "403": forbidden,
    "404": at("/no-such-page"),
    "500": broken,
}
SIGNED_OUT: dict[str, State] = {
    "sign in": at("/sign-in"),
    "refused at the door": refused_at_the_door,
    "sign in by link": at("/sign-in/nonsense"),
    "link over": link_over,
}
