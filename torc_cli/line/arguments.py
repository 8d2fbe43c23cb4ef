"""The grammar of the command line: command words, positionals, and options that stand anywhere."""

from torc_cli.errors import UsageError

MAX_ID = 2**63 - 1


class Option:
    """An option under one or several names; `value` names its argument, empty for a flag.

    Of an option that is typed more than once the last value counts; of one that `is_many` all
    values do, joined by commas.
    """

    __slots__ = ("choices", "help", "is_many", "key", "names", "value")

    def __init__(
        self,
        names: str,
        help: str,
        value: str = "",
        choices: tuple[str, ...] = (),
        is_many: bool = False,
    ) -> None:
        self.names = names.split("/")
        self.help = help
        self.value = value
        self.choices = choices
        self.is_many = is_many
        self.key = self.names[-1].lstrip("-").replace("-", "_")


class Command:
    """A command: its words and aliases, its operands and options, and its function.

    `target` is `module:function` in torc_cli.commands; a command that `passes_on` hands all words
    after its own to the program that it starts.
    """

    __slots__ = ("aliases", "help", "operands", "options", "passes_on", "target", "words")

    def __init__(
        self,
        words: str,
        operands: str,
        target: str,
        help: str,
        options: tuple[Option, ...] = (),
        aliases: tuple[str, ...] = (),
        passes_on: bool = False,
    ) -> None:
        self.words = words
        self.operands = operands.split()
        self.target = target
        self.help = help
        self.options = options
        self.aliases = aliases
        self.passes_on = passes_on

    def usage(self) -> str:
        """Return the line that shows how to type it."""
        return " ".join(["torc", self.words, *self.operands])

    def check_operands(self, args: list[str]) -> None:
        """Raise UsageError unless there are as many operands as the command takes."""
        needed = [name for name in self.operands if not name.startswith("[")]
        if len(args) < len(needed):
            raise UsageError(f"{needed[len(args)].rstrip('.')} is missing", f"{self.usage()}")
        unlimited = any("..." in name for name in self.operands)
        if len(args) > len(self.operands) and not unlimited:
            raise UsageError(f"unexpected argument '{args[len(self.operands)]}'", f"{self.usage()}")


class Call:
    """A command line that has been read: the command, its operands and its options."""

    __slots__ = ("args", "command", "options")

    def __init__(self, command: Command, args: list[str], options: dict[str, str]) -> None:
        self.command = command
        self.args = args
        self.options = options

    def text(self, key: str) -> "str | None":
        """Return an option's value, or None when it was not typed."""
        return self.options.get(key)

    def flag(self, key: str) -> bool:
        """Return whether an option was typed."""
        return key in self.options

    def texts(self, key: str) -> "list[str]":
        """Return the values of an option that may be typed more than once."""
        return [text.strip() for text in self.options.get(key, "").split(",") if text.strip()]

    def number(self, key: str) -> "int | None":
        """Return an option's value as a whole number; UsageError when it is none."""
        text = self.options.get(key)
        if text is None:
            return None
        digits = text[1:] if text.startswith("-") else text
        if not (digits.isascii() and digits.isdigit() and len(digits) < 20):
            raise UsageError(f"--{key.replace('_', '-')} needs a whole number, not '{text}'")
        return int(text)

    def amount(self, key: str) -> "int | None":
        """Return an option's value as a number that is not negative."""
        number = self.number(key)
        if number is not None and number < 0:
            raise UsageError(f"--{key.replace('_', '-')} cannot be negative")
        return number

    @property
    def wants_json(self) -> bool:
        """`-f json` was given."""
        return self.options.get("format") == "json"

    def operand(self, at: int) -> "str | None":
        """Return the operand at that position, counted from 0, or None."""
        return self.args[at] if at < len(self.args) else None


def id_of(text: str, kind: str) -> int:
    """Return the id that `text` spells; UsageError says how to find ids of this `kind`."""
    if text.isascii() and text.isdigit() and len(text) < 20 and 0 < int(text) <= MAX_ID:
        return int(text)
    listing = {"workflow": "torc workflows list", "token": "torc tokens list"}.get(
        kind, f"torc {kind.replace(' ', '-')}{'' if kind == 'user data' else 's'} list WORKFLOW_ID"
    )
    raise UsageError(f"'{text}' is not a {kind} id", f"ids are whole numbers; see `{listing}`")


class Grammar:
    """All commands and options; reads a command line."""

    def __init__(self, commands: tuple[Command, ...], common: tuple[Option, ...]) -> None:
        self.commands = commands
        self.common = common
        self.by_words = {
            words: command for command in commands for words in (command.words, *command.aliases)
        }
        self.groups = {words.split()[0] for words in self.by_words if " " in words}

    def options_of(self, command: Command) -> tuple[Option, ...]:
        """Return the command's own options, and the common ones that it does not replace."""
        own = {name for option in command.options for name in option.names}
        rest = (option for option in self.common if own.isdisjoint(option.names))
        return (*command.options, *rest)

    def find(self, name: str, command: "Command | None") -> Option:
        """Return the option of that name.

        Args:
            name: such as `-f` or `--format`.
            command: its options are searched; None, where no command word has come yet, searches
                those of all commands.

        Raises UsageError when there is no such option, or when it takes a value with one command
        and none with another.
        """
        commands = self.commands if command is None else (command,)
        options = [option for command in commands for option in command.options]
        matches = [option for option in (*options, *self.common) if name in option.names]
        if not matches:
            from torc_cli.line.suggestions import unknown_option

            raise unknown_option(name, self, command)
        if any(bool(option.value) != bool(matches[0].value) for option in matches):
            hint = "write it after the command"
            raise UsageError(f"{name} differs from command to command", hint)
        return matches[0]

    def read(self, argv: list[str]) -> "Call | Help":
        """Return the call or the request for help that `argv` spells.

        Raises UsageError for an unknown command or option, a missing or a surplus operand.
        """
        parser = _Parser(self)
        at = 0
        while at < len(argv):
            at = parser.take(argv, at)
        return parser.result()


class Help:
    """A request for help on a command, on a group of commands, or on all commands."""

    __slots__ = ("command", "group", "was_typed")

    def __init__(self, group: str, command: "Command | None", was_typed: bool) -> None:
        self.group = group
        self.command = command
        self.was_typed = was_typed


class _Parser:
    def __init__(self, grammar: Grammar) -> None:
        self.grammar = grammar
        self.group = ""
        self.command: Command | None = None
        self.args: list[str] = []
        self.typed: list[tuple[str, str]] = []
        self.wants_help = False
        self.only_operands = False

    def take(self, argv: list[str], at: int) -> int:
        """Read the word at that position; return the position of the next word to read."""
        word = argv[at]
        if self.command is not None and self.command.passes_on:
            self.args.append(word)
        elif self.only_operands or word == "-" or not word.startswith("-"):
            self._word(word)
        elif word == "--":
            self.only_operands = True
        elif word in ("-h", "--help"):
            self.wants_help = True
        else:
            return self._option(argv, at)
        return at + 1

    def _word(self, word: str) -> None:
        words = f"{self.group} {word}".strip()
        if self.command is not None:
            self.args.append(word)
        elif words in self.grammar.by_words:
            self.command = self.grammar.by_words[words]
        elif not self.group and word in self.grammar.groups:
            self.group = word
        elif word == "help":
            self.wants_help = True
        else:
            from torc_cli.line.suggestions import unknown_command

            raise unknown_command(words, self.grammar)

    def _option(self, argv: list[str], at: int) -> int:
        name, equals, value = argv[at].partition("=")
        if not name.startswith("--") and len(name) > 2:
            name, equals, value = argv[at][:2], "=", argv[at][2:].removeprefix("=")
        option = self.grammar.find(name, self.command)
        if option.value and not equals:
            at += 1
            if at == len(argv):
                raise UsageError(f"{name} needs {option.value} after it")
            value = argv[at]
        elif equals and not option.value:
            raise UsageError(f"{name} takes no value")
        self.typed.append((name, value))
        return at + 1

    def result(self) -> "Call | Help":
        command = self.command
        if self.wants_help or command is None:
            return Help(self.group, command, self.wants_help)
        options: dict[str, str] = {}
        for name, value in self.typed:
            option = self.grammar.find(name, command)
            if option.choices and value not in option.choices:
                raise UsageError(f"{name} is {' or '.join(option.choices)}, not '{value}'")
            earlier = options.get(option.key) if option.is_many else None
            options[option.key] = f"{earlier},{value}" if earlier else value
        command.check_operands(self.args)
        return Call(command, self.args, options)
