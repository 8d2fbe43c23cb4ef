"""Files and user data: one row for each distinct combination."""

from __future__ import annotations

from tests.unit.specification.specs import code_of, plan


def test_files_without_a_placeholder_in_their_name_are_one_if_they_are_equal() -> None:
    equal = "[{name: f, path: p, parameters: {i: '1:3'}}]"
    assert len(plan("  []", head=f"files: {equal}").files) == 1
    several = "[{name: f, path: 'p{i}', parameters: {i: '1:3'}}]"
    assert code_of(f"name: w\nfiles: {several}\njobs: []\n") == "duplicate_file_name"
