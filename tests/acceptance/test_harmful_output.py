"""What takes a real server, a browser and a terminal to show that nothing of it does harm."""

import os
import pty
import re
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.acceptance.hostile_workflow import EVIL_LINK, EVIL_PATH
from tests.acceptance.installation import Installation
from tests.acceptance.page_checks import checked_page
from tests.servers import wait_until

STEERING = re.compile(rb"\x1b\][0-9]+|\x1b\[[0-9;]*[HJ]|\x1bP")
ENOUGH = 20


@pytest.fixture(scope="module")
def looked(browser: Browser, worked: Installation) -> Iterator[tuple[Page, list[str]]]:
    """Return a page of a browser that has signed in, and what it complains about."""
    with checked_page(browser, worked) as (page, complaints):
        yield page, complaints


@pytest.fixture
def page(looked: tuple[Page, list[str]]) -> Iterator[Page]:
    """Return that page; whatever a test does with it, there is nothing to complain about."""
    page, complaints = looked
    yield page
    findings, complaints[:] = complaints[:], []
    assert findings == []


@pytest.fixture(scope="module")
def ids(worked: Installation) -> dict[str, int]:
    """Return the ids of the jobs by name."""
    return {job["name"]: job["id"] for job in worked.json("jobs", "list", "1")}


def mode_of(path: Path) -> int:
    """Return the mode of what is there, 0 of what has just gone."""
    try:
        return path.lstat().st_mode
    except FileNotFoundError:
        return 0


@pytest.mark.parametrize("own_folder", ["workflows/2"], ids=["WEB-030"])
def test_all_that_the_server_made_is_its_owners_alone(
    worked: Installation, own_folder: str
) -> None:
    made = worked.data_dir / own_folder / "made"
    wait_until((made / "x").exists, 30, "a job has written into the data folder")
    folders = (worked.data_dir, worked.folder / "run")
    paths = {path for folder in folders for path in (folder, *folder.rglob("*"))}
    most = {stat.S_IFREG: 0o600, stat.S_IFDIR: 0o700, stat.S_IFSOCK: 0o700}
    program = worked.data_dir / "node" / "bin" / "torc"  # it has to be run
    assert stat.S_IMODE(mode_of(program)) == 0o700
    of_jobs = {made, *made.rglob("*"), program}
    modes = {str(path): mode for path in paths - of_jobs if (mode := mode_of(path))}
    open_ones = {
        name: oct(mode)
        for name, mode in modes.items()
        if stat.S_IMODE(mode) & ~most[stat.S_IFMT(mode)]
    }
    assert open_ones == {}
    assert stat.S_IMODE(mode_of(made / "x")) == 0o644  # a job's files are as its owner is used to
    kinds = {Path(name).name for name in modes}
    assert kinds >= {"torc.sqlite3", "torc.sqlite3-wal", "token", "secret_key", "logs"}


@pytest.mark.parametrize("host", ["127.0.0.1"], ids=["WEB-029"])
def test_by_default_it_listens_here_only(worked: Installation, host: str) -> None:
    children = psutil.Process(worked.parent_pid).children(recursive=True)
    own_pids = {worked.parent_pid, *(child.pid for child in children)}
    sockets = [socket for socket in psutil.net_connections("inet") if socket.pid in own_pids]
    listening = {tuple(socket.laddr) for socket in sockets if socket.status == psutil.CONN_LISTEN}
    assert listening == {(host, worked.port)}


def on_terminal(installation: Installation, *words: str) -> bytes:
    """Return what a command writes to a terminal."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        ["torc", *words],
        cwd=installation.folder,
        env=installation.environ,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    ) as command:
        os.close(theirs)
        written = b""
        while part := _read(ours):
            written += part
        assert command.wait() == 0, written
    os.close(ours)
    return written


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 4096)
    except OSError:  # Linux says so when the last writer has gone
        return b""


@pytest.mark.parametrize("name", ["loud"], ids=["WEB-016"])
def test_a_log_on_a_terminal_keeps_its_colors_only(
    worked: Installation, ids: dict[str, int], name: str
) -> None:
    shown = on_terminal(worked, "jobs", "logs", str(ids[name]))
    assert b"\x1b[31mred\x1b[0m" in shown
    assert not STEERING.search(shown)
    assert STEERING.search(on_terminal(worked, "jobs", "logs", str(ids[name]), "--raw"))
    [result] = worked.json("results", "list", "1", "-j", str(ids[name]))
    log = (worked.data_dir / f"logs/1/{result['id']}.out").read_bytes()
    assert STEERING.search(log)
    for options in (["--raw"], []):
        piped = subprocess.run(
            ["torc", "results", "logs", str(result["id"]), *options],
            env=worked.environ,
            capture_output=True,
            check=True,
        )
        assert piped.stdout == log


@pytest.mark.parametrize("name", ["loud"], ids=["WEB-016"])
def test_a_log_in_a_browser_is_text(page: Page, ids: dict[str, int], name: str) -> None:
    page.goto(f"/w/1/jobs/{ids[name]}")
    expect(page.locator(".log")).to_contain_text("redL")
    assert "\x1b" not in page.content()


@pytest.mark.parametrize("path", ["/w/1/files"], ids=["WEB-015"])
def test_names_of_files_stay_text(page: Page, path: str) -> None:
    page.goto(path)
    for name in (EVIL_PATH, EVIL_LINK):
        row = page.locator("#file-table tr", has=page.get_by_text(name, exact=True))
        expect(row).to_contain_text("yes")
    assert "Files · hostile #1" in page.title()
    assert page.locator('img, main script, a[href^="javascript"]').count() == 0


@pytest.mark.parametrize("name", ["pipe"], ids=["WEB-020"])
def test_a_pipe_among_the_outputs_stops_nobody(page: Page, worked: Installation, name: str) -> None:
    rows = {job["name"]: job["status"] for job in worked.json("jobs", "list", "1")}
    assert rows["names"] == "completed"
    assert "names" not in worked.torc("workflows", "reinitialize", "1", "--dry-run")
    page.goto("/w/1/files")
    expect(page.locator("#file-table tr", has_text=f"{name}.fifo")).to_contain_text("yes")


def links_of(page: Page) -> list[str]:
    """Return where the links of a page lead, apart from files to save."""
    links = page.evaluate("[...document.links].map(link => link.href)")
    saved = re.compile(r"\.(csv|json|svg|dot)$|/raw$")
    return [link for link in links if not saved.search(urlsplit(link).path)]


def kind_of(address: str) -> str:
    return re.sub(r"\d+", "N", urlsplit(address).path)


@pytest.mark.parametrize("start", ["/"], ids=["WEB-027"])
def test_no_page_asks_another_host_for_anything(
    page: Page, worked: Installation, start: str
) -> None:
    hosts, kinds, waiting = set[str](), set[str](), [worked.url + start]
    page.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
    while waiting:
        address = waiting.pop()
        if address.startswith(f"{worked.url}/") and kind_of(address) not in kinds:
            kinds.add(kind_of(address))
            page.goto(address)
            waiting += links_of(page)
    assert hosts - {""} == {urlsplit(worked.url).netloc}
    assert len(kinds) >= ENOUGH, kinds
