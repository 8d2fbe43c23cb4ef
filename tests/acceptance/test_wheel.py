"""What `pip install` gives: a server whose pages, files and commands are all there."""

import re
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.acceptance.installation import Installation
from torc_site.environment import PROJECT_DIR

PIP = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder into which the wheel was installed, without its requirements."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [*PIP, "wheel", "--no-deps", "-w", str(folder), str(PROJECT_DIR)], check=True, timeout=110
    )
    (wheel,) = folder.glob("*.whl")
    target = folder / "packages"
    subprocess.run(
        [*PIP, "install", "--no-deps", "--target", str(target), str(wheel)], check=True, timeout=110
    )
    return target


@pytest.fixture
def installed(tmp_path: Path, packages: Path) -> Iterator[Installation]:
    """Return an installation whose code is that of the wheel."""
    made = Installation(tmp_path, PYTHONPATH=str(packages))
    made.code = packages
    yield made
    made.close()


def test_an_installed_wheel_serves_its_pages_and_makes_accounts(
    installed: Installation, packages: Path
) -> None:
    where = installed.manage("shell", "-v0", "-c", "import torc_site; print(torc_site.__file__)")
    assert Path(where.strip()).is_relative_to(packages)
    assert "ann" in installed.manage("create_user", "ann", given="a long pass phrase\n")
    installed.start()
    (link,) = re.findall(r"http://\S+/sign-in/\S+", installed.log)
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
    with browser.open(link, timeout=20) as answer:
        form = answer.read().decode()
    token = re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', form)[0]
    with browser.open(link, urlencode({"csrfmiddlewaretoken": token}).encode(), timeout=20) as page:
        html = page.read().decode()
    styles = re.findall(r'(?:href|src)="(/static/[^"]+)"', html)
    for path in ["/", "/workflows/new", "/failures", "/workers", "/audit", "/tokens", *styles]:
        with browser.open(installed.url + path, timeout=20) as answer:
            assert (answer.status, len(answer.read()) > 0) == (200, True), path
    assert any(path.endswith(".css") for path in styles)
    command = "(torc version; tail -n 4 $(type -P torc)) > said"
    installed.torc("run", installed.create(f"name: w\njobs: [{{name: j, command: '{command}'}}]"))
    version, *script = (installed.folder / "said").read_text().splitlines()
    assert version.startswith("torc ")
    assert str(packages) in script[0]
