"""The grammar of the command line."""

import pytest

from tests.unit.torc_cli.conftest import Torc
from torc_cli.errors import UsageError
from torc_cli.line.arguments import Call, Help, id_of
from torc_cli.line.catalog import GRAMMAR


def read(line: str) -> Call:
    call = GRAMMAR.read(line.split())
    assert isinstance(call, Call)
    return call


@pytest.mark.parametrize(
    "line",
    [
        "workflows create x.yaml -f json",
        "workflows create -f json x.yaml",
        "workflows -f json create x.yaml",
        "-f json workflows create x.yaml",
        "--format=json create x.yaml",
        "create x.yaml -fjson",
    ],
)
def test_options_may_stand_anywhere(line: str) -> None:
    call = read(line)
    assert (call.command.words, call.args, call.wants_json) == (
        "workflows create",
        ["x.yaml"],
        True,
    )


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("workflows initialize-jobs 1", "workflows initialize"),
        ("workflows init 1", "workflows initialize"),
        ("init 1", "workflows initialize"),
        ("status 1", "workflows status"),
        ("cancel 1", "workflows cancel"),
        ("delete 1 2", "workflows delete"),
        ("run 1", "run"),
        ("workflows run 1", "run"),
        ("workflows start 1", "workflows start"),
    ],
)
def test_old_and_new_names_reach_the_same_command(line: str, words: str) -> None:
    assert read(line).command.words == words


def test_an_option_of_one_command_may_stand_before_it() -> None:
    call = read("--data-only -l 5 user-data get 3 --url http://x:1/y".replace("-l 5 ", ""))
    assert call.flag("data_only")
    assert call.text("url") == "http://x:1/y"
    assert read("-l 5 jobs list 1").number("limit") == 5


def test_a_value_may_begin_with_a_dash() -> None:
    assert read("user-data update 1 --data -5").text("data") == "-5"
    assert read("user-data update 1 --data -").text("data") == "-"


def test_a_double_dash_ends_the_options() -> None:
    assert read("create -- -odd-.yaml").args == ["-odd-.yaml"]


def test_up_and_worker_hand_everything_on() -> None:
    assert read("up --port 9 --help -x").args == ["--port", "9", "--help", "-x"]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("frobnicate", "there is no command `torc frobnicate` - see `torc --help`"),
        ("workflow list", "there is no command `torc workflow` - did you mean `workflows`?"),
        ("workflows lst", "did you mean `workflows list`?"),
        ("jobs list 1 --statsu x", "`torc jobs list` has no option --statsu - did you mean"),
        ("workflows create", "FILE is missing - torc workflows create FILE"),
        ("jobs get 1 2", "unexpected argument '2'"),
        ("jobs get x --limit 3", "has no option --limit"),
        ("--data-only jobs get 1", "has no option --data-only"),
        ("jobs list 1 --limit -1", "--limit cannot be negative"),
        ("jobs list 1 --limit ten", "--limit needs a whole number, not 'ten'"),
        ("jobs get 1 -f", "-f needs table|json after it"),
        ("jobs get 1 -f xml", "-f is table or json, not 'xml'"),
        ("user-data get 1 --data-only=3", "--data-only takes no value"),
        ("-r jobs list 1", "-r differs from command to command - write it after the command"),
    ],
)
def test_usage_errors_say_what_to_do(torc: Torc, line: str, message: str) -> None:
    ran = torc(*line.split())
    assert ran.code == 2
    assert message in ran.err
    assert ran.err.count("\n") == 1


@pytest.mark.parametrize("line", ["", "workflows", "user-data -f json"])
def test_an_unfinished_command_is_a_usage_error_with_help(torc: Torc, line: str) -> None:
    ran = torc(*line.split())
    assert (ran.code, ran.out) == (2, "")
    assert "usage: torc" in ran.err


@pytest.mark.parametrize("line", ["--help", "help", "jobs -h", "user-data get --help", "help jobs"])
def test_help_is_printed_on_request(torc: Torc, line: str) -> None:
    ran = torc(*line.split())
    assert (ran.code, ran.err) == (0, "")
    assert "usage: torc" in ran.out


@pytest.mark.parametrize("text", ["0", "-1", "x", "1.0", "٣", "99999999999999999999", ""])
def test_ids_are_whole_numbers(text: str) -> None:
    with pytest.raises(UsageError, match="is not a job id"):
        id_of(text, "job")


def test_every_option_before_its_command_takes_a_value_or_not_whatever_the_command() -> None:
    kinds: dict[str, set[bool]] = {}
    for command in GRAMMAR.commands:
        for option in GRAMMAR.options_of(command):
            for name in option.names:
                kinds.setdefault(name, set()).add(bool(option.value))
    assert {name for name, names in kinds.items() if len(names) > 1} == {"-r"}


def test_every_command_has_its_function() -> None:
    for command in GRAMMAR.commands:
        module, _, name = command.target.partition(":")
        assert callable(getattr(__import__(f"torc_cli.commands.{module}", fromlist=[name]), name))


def test_help_of_a_group_and_a_command_are_told_apart() -> None:
    request = GRAMMAR.read(["jobs", "--help"])
    assert isinstance(request, Help)
    assert (request.group, request.command) == ("jobs", None)
