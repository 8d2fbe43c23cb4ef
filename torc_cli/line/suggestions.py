"""Errors about unknown commands and options that name the most similar known one."""

from difflib import get_close_matches

from torc_cli.errors import UsageError
from torc_cli.line.arguments import Command, Grammar


def nearest(word: str, known: list[str]) -> str:
    """Return 'did you mean X?', or an empty text when no known word is similar."""
    close = get_close_matches(word, known, n=1, cutoff=0.7)
    return f"did you mean `{close[0]}`?" if close else ""


def unknown_command(words: str, grammar: Grammar) -> UsageError:
    """Return the error for an unknown command, with a similar one or where all are listed."""
    known = [*grammar.by_words, *grammar.groups]
    group = words.split()[0] if words.split()[0] in grammar.groups else ""
    hint = nearest(words, known) or f"see `torc {group} --help`".replace("  ", " ")
    return UsageError(f"there is no command `torc {words}`", hint)


def unknown_option(name: str, grammar: Grammar, command: Command | None) -> UsageError:
    """Return the error for an unknown option, with a similar one or where all are listed."""
    own = grammar.options_of(command) if command else grammar.common
    known = [word for option in own for word in option.names if word.startswith("--")]
    where = f"`torc {command.words}`" if command else "torc"
    see = f"see `torc {command.words} --help`" if command else "see `torc --help`"
    return UsageError(f"{where} has no option {name}", nearest(name, known) or see)
