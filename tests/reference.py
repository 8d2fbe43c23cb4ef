"""Torc's example specs, cases and scripts, which some tests compare with.

They lie beside the repository, not in it. Without them these tests are skipped, each with the
reason; the tests of single rules remain.
"""

import json
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "shared"


def needs(name: str) -> pytest.MarkDecorator:
    """Return the mark that skips a test where a file of the reference is missing."""
    path = FOLDER / name
    return pytest.mark.skipif(not path.exists(), reason=f"the reference is missing: {path}")


def entries(name: str) -> list[dict[str, Any]]:
    """Return the list in a JSON file of the reference; an empty one where it is missing."""
    path = FOLDER / name
    return json.loads(path.read_text()) if path.exists() else []
