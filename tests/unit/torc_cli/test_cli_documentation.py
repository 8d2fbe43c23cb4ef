"""docs/cli.md names every command, option, exit code and variable."""

import re

import pytest

from torc_cli.commands.up import PROJECT
from torc_cli.line.arguments import Command
from torc_cli.line.catalog import GRAMMAR

with open(f"{PROJECT}/docs/cli.md", encoding="utf-8") as page:
    TEXT = page.read()


def section_of(command: Command) -> str:
    """Return what stands between the command's heading and the next."""
    heading = f"### `torc {command.words}"
    assert heading in TEXT, f"{heading} is missing"
    after = re.split(rf"{re.escape(heading)}(?: [^\n]*)?`\n", TEXT, maxsplit=1)[1]
    return re.split(r"\n##+ ", after, maxsplit=1)[0]


@pytest.mark.parametrize("command", GRAMMAR.commands, ids=lambda command: command.words)
def test_every_command_and_option_is_documented(command: Command) -> None:
    section = section_of(command)
    for option in command.options:
        for name in option.names:
            assert f"`{name}" in section, f"{command.words} {name}"
    for alias in command.aliases:
        assert f"`torc {alias}`" in section


def test_every_common_option_is_documented() -> None:
    for option in GRAMMAR.common:
        for name in option.names:
            assert f"`{name}" in TEXT


@pytest.mark.parametrize("code", [0, 1, 2, 3, 4, 130])
def test_every_exit_code_is_documented(code: int) -> None:
    assert f"| {code} |" in TEXT


def test_no_command_is_documented_that_does_not_exist() -> None:
    known = {command.words for command in GRAMMAR.commands}
    headings = re.findall(r"^### `torc ([a-z -]+?)(?: [^a-z-][^`]*)?`$", TEXT, re.MULTILINE)
    assert set(headings) == known
