"""Places of values in a document."""

from __future__ import annotations

import pytest

from specification.formats.read import read_document


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("name: w\njobs:\n  - name: a\n    command:\n      x\n", (5, 7)),
        ('{"name": "w",\n "jobs": [\n  {"name": "a", "command": "x"}]}', (3, 28)),
    ],
)
def test_values_are_found_again_by_their_path(text: str, place: tuple[int, int]) -> None:
    document = read_document(text)
    assert document.locate(("jobs", 0, "command")) == place
    assert document.locate(("jobs", 0, "command", "deeper")) == place
