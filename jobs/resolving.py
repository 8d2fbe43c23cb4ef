"""What a job's command is when its attempt is opened: tokens stand for ids and paths by then."""

from __future__ import annotations

import shlex
from collections.abc import Iterable

from jobs.database import Statement, dumps, texts_source
from workflows.spec.names import normal
from workflows.spec.problems import SpecError
from workflows.spec.tokens import TokenIds, UnresolvedToken, resolve_command, tokens_in


def resolved_commands(jobs: Iterable[tuple[int, int, str]]) -> dict[int, str]:
    """Commands with their `${...}` tokens filled in.

    Args:
        jobs: (job id, workflow id, command as written).

    Returns:
        Job id -> what is to run.
    """
    return {
        job_id: _resolved(command, workflow_id) if "${" in command else command
        for job_id, workflow_id, command in jobs
    }


def _resolved(command: str, workflow_id: int) -> str:
    """The command to run; one that cannot be filled in becomes one that says so and fails.

    A row that somebody broke must cost its own job and never the engine's round.
    """
    try:
        return resolve_command(command, _token_ids(command, workflow_id))
    except (UnresolvedToken, SpecError) as error:
        return f"printf '%s\\n' {shlex.quote(f'torc: {error}')} >&2; exit 1"


def _token_ids(command: str, workflow_id: int) -> TokenIds:
    """What the names in this command stand for: a workflow may have thousands of others."""
    names: dict[str, set[str]] = {"files": set(), "user_data": set()}
    for token in tokens_in(command):
        names[token.kind].add(normal(token.name))
    files = _files.fetch(workflow_id, dumps(names["files"])) if names["files"] else []
    data = _user_data.fetch(workflow_id, dumps(names["user_data"])) if names["user_data"] else []
    return TokenIds(files=dict(files), user_data=dict(data))


@Statement
def _files() -> str:
    return f"""
        SELECT name, path FROM userdata_file
        WHERE workflow_id = %s AND name IN ({texts_source()})"""


@Statement
def _user_data() -> str:
    return f"""
        SELECT name, id FROM userdata_userdata
        WHERE workflow_id = %s AND name IN ({texts_source()})"""
