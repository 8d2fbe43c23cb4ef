"""Checks of expanded rows: their number, their names, their texts."""

from __future__ import annotations

import pytest

from tests.unit.specification.specs import code_of


@pytest.mark.parametrize(
    ("jobs", "code"),
    [
        ("- {name: 'a{i}', command: x, parameters: {i: '1:60000'}}\n"
         "- {name: 'b{i}', command: x, parameters: {i: '1:60000'}}", "too_many_jobs"),
        ("- {name: 'a{a}{b}{c}', command: x, parameters: {a: '1:1000', b: '1:1000', c: '1:1000'}}",
         "too_many_expansions"),
        ("- {name: 'a{i:0999999999d}', command: x, parameters: {i: '1:2'}}",
         "format_width_too_large"),
        ("- {name: 'a{i}', command: 'x {i:q}', parameters: {i: '1:2'}}", "invalid_format"),
        ("- {name: 'a{i}', command: x, parameters: {i: ['']}}\n- {name: a, command: x}",
         "duplicate_job_name"),
        ("- {name: '{i}', command: x, parameters: {i: [a, '']}}", "name_empty"),
        ("- {name: 'a{i:064d}{i:064d}{i:064d}{i:064d}', command: x, parameters: {i: '1:2'}}",
         "name_too_long"),
        ("- {name: 'a{i}', command: '{i}', parameters: {i: [a, '']}}", "command_empty"),
        *[("\n".join(f"- {{name: a{n}, command: x, parameters: {{i: '1:100000'}}}}"
           for n in range(11)), "too_many_expansions")],
    ],
)  # fmt: skip
def test_too_much_is_counted_before_it_is_made(jobs: str, code: str) -> None:
    assert code_of(f"name: w\njobs:\n{jobs}\n") == code


def test_too_many_files_and_user_data_are_refused() -> None:
    for section, count in (("files", 3), ("user_data", 2)):
        path = ", path: p" if section == "files" else ""
        entries = ", ".join(
            f"{{name: 'f{n}_{{i}}'{path}, parameters: {{i: '1:90000'}}}}" for n in range(count)
        )
        text = f"name: w\njobs: []\n{section}: [{entries}]\n"
        assert code_of(text) == f"too_many_{section}"
