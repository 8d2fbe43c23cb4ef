"""`${files.input.N}` and its three sisters: found in commands, resolved when a job starts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, NoReturn

from specification.names import normal
from specification.problems import Problem, SpecError

Kind = Literal["files", "user_data"]
Direction = Literal["input", "output"]

OPENING = re.compile(r"\$\{(files|user_data)\.")
HEAD = re.compile(r"\$\{(files|user_data)\.(input|output)\.")
LONGEST = 1_000  # a name has 255 characters; placeholders in it make it longer
SHELL_VARIABLE = re.compile(r"\$(?:[A-Za-z_][A-Za-z0-9_]*|[0-9]|\{[^{}]*\}|\([^()]*\))")


@dataclass(frozen=True, slots=True)
class Token:
    """One token of a command; with `pattern` its name holds a shell variable."""

    kind: Kind
    direction: Direction
    name: str
    pattern: str | None
    offset: int
    end: int

    @property
    def text(self) -> str:
        """Return the token as it stands in the command."""
        return f"${{{self.kind}.{self.direction}.{self.name}}}"


@dataclass(frozen=True, slots=True)
class TokenIds:
    """What the names in one job's tokens stand for."""

    files: Mapping[str, str]
    user_data: Mapping[str, int]


class UnresolvedToken(LookupError):
    """A command names a file or user_data that the workflow does not have."""


def token_spans(text: str) -> list[tuple[int, int]]:
    """Return start and end of everything that begins like a token."""
    if "${" not in text:
        return []
    return [(match.start(), closing(text, match.end())) for match in OPENING.finditer(text)]


def closing(text: str, at: int) -> int:
    """Return the offset after the brace that closes a token whose inside begins at `at`."""
    depth = 1
    for offset in range(at, min(len(text), at + LONGEST)):
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
        SpecError: for something that begins like a token and is none.
    """
    end = 0
    for match in OPENING.finditer(command):
        if match.start() < end:
            continue
        end = closing(command, match.end())
        yield make_token(command, match.start(), end)


def make_token(command: str, start: int, end: int) -> Token:
    """Read the token between two offsets; an end of -1 means that it is never closed."""
    head = HEAD.match(command, start)
    shown = command[start : end if end > 0 else start + 40].split("\n")[0]
    if end < 0:
        malformed(shown, "is not closed", "Close it with '}' on the same line.")
    if head is None:
        malformed(shown, "names no direction", "Write input or output after the first dot.")
    name = command[head.end() : end - 1]
    if not name.strip():
        malformed(shown, "names nothing", "Put the name after the second dot.")
    kind: Kind = "files" if head.group(1) == "files" else "user_data"
    direction: Direction = "input" if head.group(2) == "input" else "output"
    return Token(kind, direction, name, pattern_of(name), start, end)


def malformed(shown: str, why: str, hint: str) -> NoReturn:
    """Raise for a token that bash would stumble over."""
    detail = f"The token '{shown[:80]}' {why}."
    raise SpecError([Problem("invalid_token", detail, hint=hint)])


def pattern_of(name: str) -> str | None:
    """Return the regular expression for a name with shell variables, None without them."""
    if "$" not in name or not SHELL_VARIABLE.search(name):
        return None
    literals = SHELL_VARIABLE.split(normal(name))
    return "^" + ".*".join(re.escape(literal) for literal in literals) + "$"


def tokens_in(command: str) -> list[Token]:
    """Return the tokens of a command from left to right.

    Raises:
        SpecError: for something that begins like a token and is none.
    """
    return list(iter_tokens(command)) if "${" in command else []


def resolve_command(command: str, ids: TokenIds) -> str:
    """Replace each token once: files by their path, user_data by their id.

    An input name with a shell variable becomes `input.NAME`, which the CLI looks up among
    the inputs of its job once the shell has filled the variable in.

    Raises:
        UnresolvedToken: for a name that `ids` does not know.
        SpecError: for a malformed token.
    """
    parts: list[str] = []
    done = 0
    for token in tokens_in(command):
        parts += (command[done : token.offset], resolve(token, ids))
        done = token.end
    return "".join((*parts, command[done:])) if parts else command


def resolve(token: Token, ids: TokenIds) -> str:
    """Return what replaces one token."""
    if token.pattern is not None and token.direction == "input":
        return f"input.{token.name}"
    known: Mapping[str, str | int] = ids.files if token.kind == "files" else ids.user_data
    found = known.get(normal(token.name))
    if found is None:
        raise UnresolvedToken(f"The command names {token.text}, which does not exist.")
    return str(found)
