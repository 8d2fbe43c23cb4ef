"""The completion scripts of shells, made from the catalog of commands."""

from collections.abc import Callable

from torc_cli.line.arguments import Command, Grammar

_FILES = ("FILE", "SPEC_OR_ID")


def _verbs(grammar: Grammar) -> dict[str, list[str]]:
    """Return the words that may follow each group; the empty group is the begin of a line."""
    verbs: dict[str, list[str]] = {"": sorted(grammar.groups)}
    for words in grammar.by_words:
        group, _, verb = words.rpartition(" ")
        if not verb.startswith("-"):
            verbs.setdefault(group, []).append(verb)
    return {group: sorted(set(names)) for group, names in verbs.items()}


def _options(grammar: Grammar, command: Command) -> list[str]:
    return [name for option in grammar.options_of(command) for name in option.names]


def _takes_file(command: Command) -> bool:
    return any(operand in _FILES for operand in command.operands)


def _cases(grammar: Grammar) -> str:
    lines = []
    for words, command in sorted(grammar.by_words.items(), key=lambda item: -len(item[0])):
        options = f'options="{" ".join(_options(grammar, command))}"'
        files = "; files=1" if _takes_file(command) else ""
        lines.append(f'    "{words}"|"{words} "*) {options}{files};;')
    for group, names in _verbs(grammar).items():
        lines.append(f'    "{group}") names="{" ".join(names)}";;')
    return "\n".join(lines)


_LOOK_UP = """\
  for word in "$@"; do
    if [ -n "$skip" ]; then skip=''; continue; fi
    case "$word" in
      VALUED) skip=1;;
      -*) ;;
      *) line="$line${line:+ }$word";;
    esac
  done
  case "$line" in
CASES
  esac
"""


def _look_up(grammar: Grammar) -> str:
    valued = {
        name
        for command in grammar.commands
        for option in grammar.options_of(command)
        for name in option.names
        if option.value
    }
    script = _LOOK_UP.replace("VALUED", "|".join(sorted(valued)))
    return script.replace("CASES", _cases(grammar))


def bash(grammar: Grammar) -> str:
    """Return the script for bash."""
    return (
        "_torc_words() {\n  local word line='' skip=''\n  options=''; names=''; files=''\n"
        + _look_up(grammar)
        + """\
}
_torc() {
  local options names files current="${COMP_WORDS[COMP_CWORD]}"
  _torc_words "${COMP_WORDS[@]:1:COMP_CWORD-1}"
  case "$current" in -*) names="$options --help";; esac
  COMPREPLY=($(compgen -W "$names" -- "$current"))
  if [ -n "$files" ] && [ "${current#-}" = "$current" ]; then
    COMPREPLY+=($(compgen -f -- "$current"))
  fi
}
complete -o filenames -F _torc torc"""
    )


def zsh(grammar: Grammar) -> str:
    """Return the script for zsh."""
    return (
        "#compdef torc\n_torc() {\n  local word line='' skip='' options='' names='' files=''\n"
        + '  set -- "${(@)words[2,CURRENT-1]}"\n'
        + _look_up(grammar)
        + """\
  [[ $PREFIX == -* ]] && names="$options --help"
  compadd -- ${=names}
  [[ -n $files ]] && _files
}
compdef _torc torc"""
    )


def fish(grammar: Grammar) -> str:
    """Return the script for fish."""
    lines = [
        "function __torc_line",
        "    string join ' ' (string match -v -- '-*' (commandline -opc)[2..-1])",
        "end",
        "complete -c torc -f",
    ]
    for group, names in _verbs(grammar).items():
        condition = f"test (__torc_line) = '{group}'"
        lines.append(f'complete -c torc -n "{condition}" -a "{" ".join(names)}"')
    for words, command in grammar.by_words.items():
        condition = f"string match -qr '^{words}( |$)' -- (__torc_line)"
        lines += [
            f'complete -c torc -n "{condition}" -{"l" if name.startswith("--") else "s"} '
            f'{name.lstrip("-")}{" -r" if option.value else ""} -d "{option.help}"'
            for option in grammar.options_of(command)
            for name in option.names
        ]
        if _takes_file(command):
            lines.append(f'complete -c torc -n "{condition}" -F')
    return "\n".join(lines)


SCRIPTS: dict[str, Callable[[Grammar], str]] = {"bash": bash, "zsh": zsh, "fish": fish}
