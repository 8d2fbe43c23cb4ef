"""Jobs by their names."""

from torc_cli.errors import CliError
from torc_cli.http.client import Client, query_of


def job_id_by_name(client: Client, workflow_id: int, name: str) -> int:
    """Return the id of the job of a workflow that has this name.

    Raises CliError when the workflow has none.
    """
    query = query_of(workflow_id=workflow_id, exact_name=name, limit=1)
    rows = client.json("GET", f"/jobs{query}")["items"]
    if not rows:
        hint = f"see `torc jobs list {workflow_id}`"
        raise CliError(f"workflow {workflow_id} has no job named '{name}'", hint)
    return int(rows[0]["id"])
