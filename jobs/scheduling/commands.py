"""The command that an attempt runs: the job's, with ids and paths in the place of its tokens."""

from __future__ import annotations

import shlex
from collections import defaultdict
from collections.abc import Iterable
from contextlib import suppress

from database.sql import Statement, dumps, texts_source
from specification.names import normalize_name
from specification.problems import SpecError
from specification.texts.command_tokens import TokenIds, UnresolvedToken, resolve_command, tokens_in


def resolved_commands(jobs: Iterable[tuple[int, int, str]]) -> dict[int, str]:
    """Commands with their `${...}` tokens filled in, in one query for each workflow.

    Args:
        jobs: (job id, workflow id, command as written).

    Returns:
        Job id -> what is to run.
    """
    wanted = list(jobs)
    with_tokens: defaultdict[int, list[str]] = defaultdict(list)
    for _, workflow_id, command in wanted:
        if "${" in command:
            with_tokens[workflow_id].append(command)
    ids = {pk: _token_ids(commands, pk) for pk, commands in with_tokens.items()}
    return {
        job_id: _resolved(command, ids[workflow_id]) if "${" in command else command
        for job_id, workflow_id, command in wanted
    }


def _resolved(command: str, ids: TokenIds) -> str:
    """Return the command to run; one that cannot be filled in becomes one that says so and fails.

    A row that somebody broke may fail its own job, but never the transaction of all.
    """
    try:
        return resolve_command(command, ids)
    except (UnresolvedToken, SpecError) as error:
        return f"printf '%s\\n' {shlex.quote(f'torc: {error}')} >&2; exit 1"


def _token_ids(commands: Iterable[str], workflow_id: int) -> TokenIds:
    """Return what the names in these commands stand for, and no other names of the workflow."""
    names: dict[str, set[str]] = {"files": set(), "user_data": set()}
    for command in commands:
        with suppress(SpecError):  # reported when it is resolved
            for token in tokens_in(command):
                names[token.kind].add(normalize_name(token.name))
    values: dict[bool, dict[str, str]] = {False: {}, True: {}}
    if any(names.values()):
        for is_file, name, what in _named.fetch(
            workflow_id, dumps(names["files"]), workflow_id, dumps(names["user_data"])
        ):
            values[bool(is_file)][name] = what
    return TokenIds(files=values[True], user_data={k: int(v) for k, v in values[False].items()})


@Statement
def _named() -> str:
    return f"""
        SELECT 1, name, path FROM userdata_file
        WHERE workflow_id = %s AND name IN ({texts_source()})
        UNION ALL
        SELECT 0, name, CAST(id AS TEXT) FROM userdata_userdata
        WHERE workflow_id = %s AND name IN ({texts_source()})"""
