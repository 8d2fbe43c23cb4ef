"""The files and user data that commands of jobs mention in their `${...}` tokens."""

from __future__ import annotations

import re
from collections.abc import Sequence

from specification.problems import Problem, SpecError
from specification.texts.command_tokens import Token, check_variable, near_token, tokens_in
from userdata.models import File, UserData
from workflows.errors import Refused

Mentioned = dict[str, list[int]]
"""`input_file_ids` and its three sisters: the ids that one command mentions."""


def mentioned_links(workflow_id: int, commands: Sequence[str]) -> list[Mentioned]:
    """Return the files and user data of the workflow that each command mentions.

    Raises:
        Refused: a token is malformed, has a shell variable where its name must be known before
            the job runs, or names nothing that the workflow has.
    """
    if not any("${" in command for command in commands):
        return [{} for _ in commands]
    known = {
        "files": dict(File.objects.filter(workflow=workflow_id).values_list("name", "pk")),
        "user_data": dict(UserData.objects.filter(workflow=workflow_id).values_list("name", "pk")),
    }
    return [_links_of(command, known) for command in commands]


def _links_of(command: str, known: dict[str, dict[str, int]]) -> Mentioned:
    try:
        tokens = tokens_in(command)
    except SpecError as error:
        raise _refusal(error.problems[0]) from None
    if problem := near_token(command):
        raise _refusal(problem)
    ids: Mentioned = {}
    for token in tokens:
        if problem := check_variable(token):
            raise _refusal(problem)
        noun = "file" if token.kind == "files" else "user_data"
        ids.setdefault(f"{token.direction}_{noun}_ids", []).extend(
            _named_by(token, known[token.kind])
        )
    return ids


def _refusal(problem: Problem) -> Refused:
    return Refused(problem.code, problem.detail, hint=problem.hint, kind="invalid")


def _named_by(token: Token, known: dict[str, int]) -> list[int]:
    if token.pattern is None:
        ids = [known[token.name]] if token.name in known else []
    else:
        ids = [pk for name, pk in known.items() if re.search(token.pattern, name)]
    if not ids:
        detail = f"The workflow has nothing that the token {token.text} names."
        hint = "Create the file or user data before the job."
        raise Refused("unknown_reference", detail, hint=hint, kind="invalid")
    return ids
