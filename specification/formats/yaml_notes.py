"""Notes about YAML: what YAML drops or joins without a word."""

from __future__ import annotations

import re

TOKEN_IN_COMMENT = re.compile(
    r"^[ ]*(?:-[ ]+)?command:[ ]+[^|>'\"\s].*?\s(#.*\$\{(?:files|user_data)\..*)$", re.MULTILINE
)
JOINED_COMMAND = re.compile(
    r"^([ ]*(?:-[ ]+)?)command:[ ]*\n[ ]+[^\s#|>'\"\[{*&!-].*\n([ ]+)[^\s#]", re.MULTILINE
)


def yaml_notes(text: str) -> list[str]:
    """Return notes about commands of which YAML drops the end or joins the lines."""
    notes = []
    for match in TOKEN_IN_COMMENT.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        shown = match.group(1)[:60]
        notes.append(f"Line {line}: YAML takes '{shown}' for a comment; put the command in quotes.")
    for match in JOINED_COMMAND.finditer(text):
        if len(match.group(2)) > len(match.group(1)):
            line = text.count("\n", 0, match.start()) + 1
            advice = "write 'command: |' to keep them"
            notes.append(f"Line {line}: YAML joins the lines of this command into one; {advice}.")
    return notes[:MAX_NOTES]


MAX_NOTES = 10
