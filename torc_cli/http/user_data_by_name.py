"""`input.NAME` and `output.NAME`: user data of the job that runs the command, by name."""

import os

from torc_cli.errors import CliError, UsageError
from torc_cli.http.client import Client, query_of
from torc_cli.screen import json_verbatim

_SIDES = {"input": "consumer_job_id", "output": "producer_job_id"}


def is_name(text: str) -> bool:
    """Return whether `text` is `input.NAME` or `output.NAME`; anything else is taken as an id."""
    side, dot, name = text.partition(".")
    return side in _SIDES and bool(dot and name)


def id_in_job(client: Client, text: str) -> int:
    """Return the id of the user data that `text` names in the job that runs the command.

    Raises what `record_in_job` raises.
    """
    return int(json_verbatim.members(record_in_job(client, text))["id"])


def record_in_job(client: Client, text: str) -> str:
    """Return, as the server wrote it, the user data that `text` names in the running job.

    Raises UsageError outside a job and CliError when the job has no such user data.
    """
    if not is_name(text):
        raise UsageError(f"'{text}' is not a user data id", "nor input.NAME or output.NAME")
    side, _, name = text.partition(".")
    job_id, workflow_id = os.environ.get("TORC_JOB_ID"), os.environ.get("TORC_WORKFLOW_ID")
    if not job_id or not workflow_id:
        raise UsageError(
            f"'{text}' works only inside a job", "give the id; see `torc user-data list`"
        )
    query = {"workflow_id": workflow_id, _SIDES[side]: job_id}
    for record in _records(client, {**query, "name": name}):
        # The name filter of Torc's API matches parts of names, too.
        if json_verbatim.loads(record).get("name") == name:
            return record
    raise _no_such(client, side, name, query)


def _records(client: Client, query: dict[str, str]) -> list[str]:
    page = client.send("GET", "/user_data" + query_of(**query)).body.decode("utf-8", "replace")
    return json_verbatim.elements(json_verbatim.members(page)["items"])


def _no_such(client: Client, side: str, name: str, query: dict[str, str]) -> CliError:
    from torc_cli.line.suggestions import nearest

    known = [json_verbatim.loads(record)["name"] for record in _records(client, query)]
    hint = nearest(name, known) or (f"it has {', '.join(known[:10])}" if known else "it has none")
    return CliError(f"this job has no {side} user data named '{name}'", hint)
