"""Tokens in commands: found, checked, replaced."""

from __future__ import annotations

import pytest

from specification.problems import SpecError
from specification.texts.command_tokens import (
    TokenIds,
    UnresolvedToken,
    check_variable,
    resolve_command,
    tokens_in,
)

IDS = TokenIds(
    files={"f": "data/f.txt", "ä b": "x", "loop": "${files.input.f}"}, user_data={"d": 7}
)
UNKNOWN_TOO_SOON = ["${user_data.output.x_$i}", "${files.output.x_$i}", "${files.input.x_$i}"]
"""A shell variable stands where the name must be known before the job runs."""


@pytest.mark.parametrize(
    ("command", "resolved"),
    [
        ("cat ${files.input.f} > ${files.output.f}", "cat data/f.txt > data/f.txt"),
        ("get ${user_data.input.d}; set ${user_data.output.d}", "get 7; set 7"),
        ("# ${user_data.input.d} in a comment", "# 7 in a comment"),
        ("get ${user_data.input.r_$i}", "get input.r_$i"),
        ("get ${user_data.input.r_${i}_x}", "get input.r_${i}_x"),
        ("get ${user_data.input.$(id)}", "get input.$(id)"),
        ("echo ${HOME} $x ${x:-y}", "echo ${HOME} $x ${x:-y}"),
        ("cat ${files.input.loop}", "cat ${files.input.f}"),
        ("cat ${files.input.a\u0308 b}", "cat x"),
        ("no tokens", "no tokens"),
    ],
)
def test_tokens_are_replaced_once(command: str, resolved: str) -> None:
    assert resolve_command(command, IDS) == resolved


@pytest.mark.parametrize("command", ["${files.input.g}", "${user_data.output.g}"])
def test_a_name_that_does_not_exist_cannot_be_resolved(command: str) -> None:
    with pytest.raises(UnresolvedToken, match="g"):
        resolve_command(command, IDS)


@pytest.mark.parametrize("command", UNKNOWN_TOO_SOON)
def test_a_shell_variable_in_an_output_or_file_is_an_error(command: str) -> None:
    (token,) = tokens_in(command)
    problem = check_variable(token)
    assert problem is not None
    assert problem.code == "shell_variable_in_name"
    assert command in problem.detail
    with pytest.raises(UnresolvedToken):
        resolve_command(command, IDS)


@pytest.mark.parametrize("command", ["${user_data.input.x_$i}", "${user_data.output.x}"])
def test_a_shell_variable_in_an_input_and_a_plain_name_are_no_error(command: str) -> None:
    (token,) = tokens_in(command)
    assert check_variable(token) is None


def test_a_token_has_its_parts_and_its_offsets() -> None:
    command = "a ${files.input.f} b ${user_data.input.r_$i.x}"
    first, second = tokens_in(command)
    assert (first.kind, first.direction, first.name, first.pattern) == ("files", "input", "f", None)
    assert command[first.offset : first.end] == first.text == "${files.input.f}"
    assert (second.kind, second.pattern) == ("user_data", r"^r_.*\.x$")


@pytest.mark.parametrize(
    "command",
    [
        "${files.input.f",
        "${files.input.f\n}",
        "${files.inptu.f}",
        "${user_data.d}",
        "${files.input.}",
        "${user_data.output. }",
    ],
)
def test_what_begins_like_a_token_must_be_one(command: str) -> None:
    with pytest.raises(SpecError) as caught:
        tokens_in(command)
    assert caught.value.problems[0].code == "invalid_token"


def test_many_unclosed_tokens_are_refused_quickly() -> None:
    with pytest.raises(SpecError):
        tokens_in("${files.input." * 7_000)
