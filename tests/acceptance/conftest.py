"""What every acceptance test gets: a server of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.installation import Installation
from tests.acceptance.ledger import Ledger


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    """Return an installation that nothing has been started in yet."""
    made = Installation(tmp_path)
    yield made
    made.close()


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    """Return an empty ledger for the jobs of a test."""
    return Ledger(tmp_path / "ledger")
