"""Tokens in commands, such as `${files.input.NAME}`: found here, replaced when a job starts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, NoReturn

from specification.names import normalize_name
from specification.problems import Problem, SpecError

Kind = Literal["files", "user_data"]
Direction = Literal["input", "output"]

OPENING = re.compile(r"\$\{(files|user_data)\.")
HEAD = re.compile(r"\$\{(files|user_data)\.(input|output)\.")
NEARLY_TOKEN = re.compile(r"\$\{\s*(?:files?|user[_-]?data)\s*\.[^}\n]{0,250}\}?", re.IGNORECASE)
DOTTED = re.compile(r"\$\{\s*[A-Za-z_]\w*\.[^}\n]{0,250}\}")
SIMPLE = re.compile(r"\$\{(files|user_data)\.(input|output)\.([^{}\n$]{1,255})\}")
BRACE_OR_LINE = re.compile(r"[{}\n]")
REST_OF_TOKEN = re.compile(r"[^{}\n]{0,250}\}")
MAX_TOKEN_LENGTH = 1_000  # a name has 255 characters; placeholders in it make it longer
SHELL_VARIABLE = re.compile(r"\$(?:[A-Za-z_][A-Za-z0-9_]*|[0-9]|\{[^{}]*\}|\([^()]*\))")


@dataclass(frozen=True, slots=True)
class Token:
    """One token of a command; it has a `pattern` if its name contains a shell variable."""

    kind: Kind
    direction: Direction
    name: str
    pattern: str | None
    offset: int
    end: int

    @property
    def text(self) -> str:
        """Return the token as it is written in the command."""
        return f"${{{self.kind}.{self.direction}.{self.name}}}"

    @property
    def may_have_variable(self) -> bool:
        """Return whether a shell variable is allowed in the name: only in user data that is read.

        All other names must be known before the job runs.
        """
        return self.kind == "user_data" and self.direction == "input"


@dataclass(frozen=True, slots=True)
class TokenIds:
    """Paths of files and ids of user data by the names that tokens use."""

    files: Mapping[str, str]
    user_data: Mapping[str, int]


class UnresolvedToken(LookupError):
    """A command names a file or user data that the workflow does not have."""


def token_spans(text: str) -> list[tuple[int, int]]:
    """Return start and end of everything that begins like a token; the end is -1 if it is open."""
    if "${" not in text:
        return []
    ends = ends_of_braces(text)
    return [(match.start(), ends.get(match.start() + 1, -1)) for match in OPENING.finditer(text)]


def ends_of_braces(text: str) -> dict[int, int]:
    """Return the offset after the closing brace of each brace that is closed on its line."""
    ends: dict[int, int] = {}
    still_open: list[int] = []
    for match in BRACE_OR_LINE.finditer(text):
        letter, at = match.group(), match.start()
        if letter == "{":
            still_open.append(at)
        elif letter == "\n":
            still_open.clear()
        elif still_open:
            start = still_open.pop()
            if at - start <= MAX_TOKEN_LENGTH:
                ends[start] = at + 1
    return ends


def end_of_token(text: str, at: int) -> int:
    """Return the offset after the brace that closes a token, -1 if none does.

    Args:
        text: the command.
        at: the offset where the inside of the token begins.
    """
    simple = REST_OF_TOKEN.match(text, at)
    if simple:
        return simple.end()
    depth = 1
    for offset in range(at, min(len(text), at + MAX_TOKEN_LENGTH)):
        letter = text[offset]
        if letter == "{":
            depth += 1
        elif letter == "}":
            depth -= 1
            if depth == 0:
                return offset + 1
        elif letter == "\n":
            break
    return -1


def iter_tokens(command: str) -> Iterator[Token]:
    """Yield the tokens of a command from left to right.

    Raises:
        SpecError: something begins like a token and is not one.
    """
    end = 0
    for match in OPENING.finditer(command):
        if match.start() < end:
            continue
        end = end_of_token(command, match.end())
        yield make_token(command, match.start(), end)


def make_token(command: str, start: int, end: int) -> Token:
    """Return the token between two offsets; an end of -1 means that it is not closed.

    Raises:
        SpecError: what stands there is not a token.
    """
    head = HEAD.match(command, start)
    shown = command[start : end if end > 0 else start + 40].split("\n")[0]
    if end < 0:
        refuse_token(shown, "is not closed", "Close it with '}' on the same line.")
    if head is None:
        refuse_token(
            shown, "says neither input nor output", "Write input or output after the first dot."
        )
    name = command[head.end() : end - 1]
    if not name.strip():
        refuse_token(shown, "has no name", "Write the name after the second dot.")
    kind: Kind = "files" if head.group(1) == "files" else "user_data"
    direction: Direction = "input" if head.group(2) == "input" else "output"
    return Token(kind, direction, name, name_pattern(name), start, end)


def near_token(command: str) -> Problem | None:
    """Return the problem that a command has something that was meant as a token, None if not.

    A dot is never legal in bash's `${name}`, so bash would refuse it when the job runs.
    """
    for match in NEARLY_TOKEN.finditer(command):
        if OPENING.match(match.group()):
            continue
        shown = match.group().split("\n")[0][:80]
        detail = f"'{shown}' is not a token, and bash cannot expand it."
        hint = "Tokens are ${files.input.NAME}, ${user_data.output.NAME} and so on, without blanks."
        return Problem("invalid_token", detail, hint=hint)
    return None


def dotted_variable(command: str) -> str | None:
    """Return the first `${name.rest}` of a command, which bash cannot expand, None without one."""
    matches = DOTTED.finditer(command)
    return next((match.group() for match in matches if not OPENING.match(match.group())), None)


def refuse_token(shown: str, why: str, hint: str) -> NoReturn:
    """Raise for a malformed token, which bash would take for a variable of its own."""
    detail = f"The token '{shown[:80]}' {why}."
    raise SpecError([Problem("invalid_token", detail, hint=hint)])


def check_variable(token: Token) -> Problem | None:
    """Return why the name of a token cannot contain its shell variable, None if it can."""
    if token.pattern is None or token.may_have_variable:
        return None
    place = "a file's name" if token.kind == "files" else "the name of an output"
    detail = f"{token.text} has a shell variable in {place}."
    hint = "Use a parameter such as {i}, which is filled in when the workflow is created."
    return Problem("shell_variable_in_name", detail, hint=hint)


def name_pattern(name: str) -> str | None:
    """Return the regular expression for a name with shell variables, None without them."""
    if "$" not in name or not SHELL_VARIABLE.search(name):
        return None
    literals = SHELL_VARIABLE.split(normalize_name(name))
    return "^" + ".*".join(re.escape(literal) for literal in literals) + "$"


def tokens_in(command: str) -> list[Token]:
    """Return the tokens of a command from left to right.

    Raises:
        SpecError: something begins like a token and is not one.
    """
    return list(iter_tokens(command)) if "${" in command else []


def simple_tokens_in(command: str) -> list[tuple[str, str, str]] | None:
    """Return kind, direction and name of all tokens, None if one is not plainly written.

    Commands of 100,000 jobs are read in a fraction of the time that `tokens_in` takes.
    """
    tokens = SIMPLE.findall(command)
    n_openings = command.count("${files.") + command.count("${user_data.")
    is_complete = len(tokens) == n_openings and all(name.strip() for _, _, name in tokens)
    return tokens if is_complete else None


def resolve_command(command: str, ids: TokenIds) -> str:
    """Return a command with each token replaced: files by their path, user data by their id.

    User data that is read, with a shell variable in its name, becomes `input.NAME`: the shell
    replaces the variable, and the CLI looks the name up among the inputs of its job.

    Raises:
        UnresolvedToken: `ids` does not have a name.
        SpecError: a token is malformed.
    """
    parts: list[str] = []
    done = 0
    for token in tokens_in(command):
        parts += (command[done : token.offset], replacement_of(token, ids))
        done = token.end
    return "".join((*parts, command[done:])) if parts else command


def replacement_of(token: Token, ids: TokenIds) -> str:
    """Return what replaces one token.

    Raises:
        UnresolvedToken: `ids` does not have its name.
    """
    if token.pattern is not None and token.may_have_variable:
        return f"input.{token.name}"
    known: Mapping[str, str | int] = ids.files if token.kind == "files" else ids.user_data
    replacement = known.get(normalize_name(token.name))
    if replacement is None:
        raise UnresolvedToken(f"The command names {token.text}, which does not exist.")
    return str(replacement)
