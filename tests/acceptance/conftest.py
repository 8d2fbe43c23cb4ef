"""What every acceptance test gets: a server of its own."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Dialog, Page, expect, sync_playwright

from tests.acceptance.hostile_workflow import create_workflows
from tests.acceptance.installation import Installation
from tests.acceptance.ledger import Ledger
from tests.acceptance.page_checks import is_serious
from torc_site.environment import PROJECT_DIR

PATIENCE = 30_000.0
CHROMIUM = "/usr/bin/chromium"
expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
def schema(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a database without rows: making its tables takes as long as starting a server."""
    made = Installation(tmp_path_factory.mktemp("schema"))
    migrate = [sys.executable, "manage.py", "migrate", "-v0"]
    subprocess.run(migrate, cwd=PROJECT_DIR, env=made.environ, check=True)
    return made.data_dir / "torc.sqlite3"


@pytest.fixture
def installation(tmp_path: Path, schema: Path) -> Iterator[Installation]:
    """Return an installation that nothing has been started in yet."""
    made = Installation(tmp_path)
    made.data_dir.mkdir(mode=0o700)
    shutil.copyfile(schema, made.data_dir / schema.name)
    yield made
    made.close()


@pytest.fixture(scope="session")
def worked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Return an installation of a person with the usual umask, in which jobs have run."""
    umask = os.umask(0o022)  # ours is stricter, because settings were imported
    made = Installation(tmp_path_factory.mktemp("worked"), TORC_NUM_CPUS="4")
    try:
        made.start()
        create_workflows(made)
    finally:
        os.umask(umask)
    yield made
    made.close()


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    """Return an empty ledger for the jobs of a test."""
    return Ledger(tmp_path / "ledger")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    options = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=options)
        yield started
        started.close()


@pytest.fixture
def page(browser: Browser, installation: Installation) -> Iterator[Page]:
    """Return a page of a browser that has come by the link that the server printed."""
    installation.start()
    context = browser.new_context(base_url=installation.url)
    context.set_default_timeout(PATIENCE)
    opened = context.new_page()
    complaints: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and is_serious(message.text):
            complaints.append(message.text)

    def hear_dialog(dialog: Dialog) -> None:
        if dialog.type != "confirm":  # a page of ours asks before it acts
            complaints.append(dialog.message)

    opened.on("console", hear)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("dialog", hear_dialog)
    link = re.search(r"http\S+/sign-in/\S+", installation.log)
    assert link
    opened.goto(link[0])
    opened.locator("main button").click()
    expect(opened.locator("h1")).to_have_text("Workflows")
    yield opened
    context.close()
    assert complaints == []  # nothing was refused by the CSP, nothing ran that is no script
