"""`torc user-data`, apart from `get`, `history` and `restore`: values in the database."""

from torc_cli.errors import UsageError
from torc_cli.http.client import connect, query_of, rows_of
from torc_cli.http.user_data_by_name import id_in_job, is_name
from torc_cli.line.arguments import Call, id_of
from torc_cli.line.operands import optional_id, workflow_of
from torc_cli.screen import json_verbatim, output
from torc_cli.screen.confirm import confirm


def update(call: Call) -> None:
    """Change the value, the name or the ephemeral flag of user data."""
    fields = _fields(call)
    if not fields:
        raise UsageError("there is nothing to update", "give --data JSON, or --name NAME")
    client = connect(call)
    text = call.args[0]
    user_data_id = id_in_job(client, text) if is_name(text) else id_of(text, "user data")
    reply = client.send("PUT", f"/user_data/{user_data_id}", _object(fields))
    if call.wants_json:
        output.show_record(call, reply.body)
    else:
        output.emit(f"Updated user data {user_data_id}")


def create(call: Call) -> None:
    """Store a new value in a workflow."""
    fields = _fields(call)
    if "name" not in fields:
        raise UsageError("--name is missing", "a value needs a name that jobs can refer to")
    workflow_id = workflow_of(call)
    query = query_of(
        consumer_job_id=optional_id(call, "consumer_job_id", "job"),
        producer_job_id=optional_id(call, "producer_job_id", "job"),
    )
    body = _object({"workflow_id": str(workflow_id), "data": "null", **fields})
    reply = connect(call).send("POST", f"/user_data{query}", body)
    if call.wants_json:
        output.show_record(call, reply.body)
    else:
        created = json_verbatim.members(reply.body.decode("utf-8", "replace"))
        output.emit(f"Created user data {created.get('id')}")


def list_(call: Call) -> None:
    """List the values of a workflow."""
    workflow_id = workflow_of(call)
    rows = rows_of(
        call,
        "/user_data",
        workflow_id=workflow_id,
        name=call.text("name"),
        consumer_job_id=optional_id(call, "consumer_job_id", "job"),
        producer_job_id=optional_id(call, "producer_job_id", "job"),
        is_ephemeral=True if call.flag("ephemeral") else None,
    )
    columns: list[output.Column] = [
        ("ID", "id"),
        ("Name", "name"),
        ("Data", lambda row: output.cut(json_verbatim.compact(row.get("data")))),
        ("Workflow ID", "workflow_id"),
    ]
    output.show_rows(call, [{"data": None, **row} for row in rows], columns, "user data")


def delete(call: Call) -> None:
    """Delete values."""
    ids = [id_of(text, "user data") for text in call.args]
    confirm(call, f"Delete user data {', '.join(call.args)}?")
    client = connect(call)
    deleted = [client.json("DELETE", f"/user_data/{user_data_id}") for user_data_id in ids]
    if call.wants_json:
        output.show_json(deleted if len(ids) > 1 else deleted[0])
    else:
        output.emit(f"Deleted user data {', '.join(map(str, ids))}")


def _fields(call: Call) -> dict[str, str]:
    fields = {}
    name, data = call.text("name"), call.text("data")
    if name is not None:
        fields["name"] = json_verbatim.string(name)
    if data is not None:
        fields["data"] = _json_of(data)
    if call.flag("ephemeral") or call.flag("no_ephemeral"):
        fields["is_ephemeral"] = "true" if call.flag("ephemeral") else "false"
    return fields


def _object(fields: dict[str, str]) -> bytes:
    # The value goes out as it was typed: no parser on the way may reorder keys or round numbers.
    inner = ", ".join(f'"{name}": {text}' for name, text in fields.items())
    return ("{" + inner + "}").encode()


def _json_of(argument: str) -> str:
    text, source = argument, "--data"
    if argument == "-" or argument.startswith("@"):
        from torc_cli.line.text_file import read_text

        path = argument.removeprefix("@")
        text, source = read_text(path), "stdin" if path == "-" else path
    if not text.strip():
        raise UsageError(f"{source} is empty", "to store nothing, write null")
    try:
        text.encode()
        json_verbatim.loads(text)
    except json_verbatim.NotJson as error:
        raise UsageError(f"{source} is not JSON: {error}", "texts need double quotes") from None
    except UnicodeEncodeError:
        raise UsageError(f"{source} is not UTF-8") from None
    return text.strip()
