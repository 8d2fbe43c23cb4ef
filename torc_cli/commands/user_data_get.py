"""`torc user-data get`: the command that jobs call most, so it imports as little as it can."""

from torc_cli.http.client import connect
from torc_cli.line.arguments import Call, id_of
from torc_cli.screen import output


def get(call: Call) -> None:
    """Print one record, or its data alone."""
    client, text = connect(call), call.args[0]
    if "." in text:
        from torc_cli.http.user_data_by_name import record_in_job

        body = record_in_job(client, text).encode()
    else:
        body = client.send("GET", f"/user_data/{id_of(text, 'user data')}").body
    if call.flag("data_only"):
        _print_data(body)
    else:
        output.show_record(call, body)


def _print_data(body: bytes) -> None:
    from torc_cli.screen import json_verbatim

    text = json_verbatim.members(body.decode("utf-8", "replace")).get("data", "null")
    if output.is_terminal():
        output.show_json(json_verbatim.loads(text))
    else:
        output.emit(text)
