"""Help texts, made from the catalog of commands."""

from torc_cli import __version__
from torc_cli.line.arguments import Command, Grammar, Help, Option


def help_text(grammar: Grammar, request: Help) -> str:
    """Return the help on a command, on a group of commands, or on all commands."""
    if request.command is not None:
        return _on_command(grammar, request.command)
    if request.group:
        return _on_group(grammar, request.group)
    return _on_all(grammar)


def option_line(option: Option) -> str:
    """Return an option as it is typed, with all its names."""
    return ", ".join(option.names) + (f" {option.value}" if option.value else "")


def _columns(rows: list[tuple[str, str]]) -> list[str]:
    width = max(len(left) for left, _ in rows)
    return [f"  {left:<{width}}  {right}".rstrip() for left, right in rows]


def _options(options: tuple[Option, ...]) -> list[str]:
    return _columns([(option_line(option), option.help) for option in options])


def _on_command(grammar: Grammar, command: Command) -> str:
    lines = [f"usage: {command.usage()} [options]", "", command.help]
    if command.aliases:
        lines += ["", "also: " + ", ".join(f"torc {alias}" for alias in command.aliases)]
    if command.options:
        lines += ["", "options:", *_options(command.options)]
    common = grammar.options_of(command)[len(command.options) :]
    return "\n".join([*lines, "", "common options:", *_options(common)])


def _row(command: Command) -> tuple[str, str]:
    return command.usage().removeprefix("torc "), command.help


def _on_group(grammar: Grammar, group: str) -> str:
    commands = [command for command in grammar.commands if command.words.startswith(group + " ")]
    rows = [_row(command) for command in commands]
    return "\n".join([f"usage: torc {group} COMMAND [options]", "", *_columns(rows)])


def _on_all(grammar: Grammar) -> str:
    rows = [_row(command) for command in grammar.commands]
    lines = [f"torc {__version__}: runs pipelines of shell commands", ""]
    lines += ["usage: torc COMMAND [options]", "", *_columns(rows)]
    lines += ["", "common options:", *_options(grammar.common)]
    return "\n".join([*lines, "", "`torc COMMAND --help` says more about one command."])
