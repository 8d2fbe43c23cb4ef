"""`torc tokens`: keys for scripts."""

from torc_cli.errors import UsageError
from torc_cli.http.client import connect
from torc_cli.line.arguments import Call, id_of
from torc_cli.line.ids_and_questions import confirm
from torc_cli.screen import output
from torc_cli.screen.wording import moment

_LIST: "list[output.Column]" = [
    ("ID", "id"),
    ("Name", "name"),
    ("Token", lambda row: f"torc_pat_{row['prefix']}_…"),
    ("Scope", "scope"),
    ("Created", lambda row: moment(row["created_at"])),
    ("Expires", lambda row: moment(row["expires_at"]) or "never"),
    ("Last Used", lambda row: moment(row["last_used_at"]) or "never"),
    ("Revoked", lambda row: moment(row["revoked_at"])),
]


def create(call: Call) -> None:
    """Make a token and print it, this once."""
    name = call.text("name")
    if not name:
        raise UsageError("--name is missing", "say what the token is for")
    body = {
        "name": name,
        "scope": call.text("scope"),
        "expires_in_days": call.amount("expires_in_days"),
    }
    given = {key: value for key, value in body.items() if value is not None}
    made = connect(call).json("POST", "/tokens", given)
    if call.wants_json:
        output.show_json(made)
        return
    output.note(f"Token {made['id']} ({made['scope']}); it is shown only now:")
    output.emit(output.visible(made["token"]))


def list_(call: Call) -> None:
    """List the person's own tokens."""
    output.show_rows(call, connect(call).items("/tokens", None), _LIST, "tokens")


def revoke(call: Call) -> None:
    """End tokens for good."""
    ids = [id_of(text, "token") for text in call.args]
    confirm(call, f"Revoke token {', '.join(call.args)}?")
    client = connect(call)
    for each in ids:
        client.json("DELETE", f"/tokens/{each}")
    if call.wants_json:
        output.show_json([{"status": "success", "id": each} for each in ids])
    else:
        output.emit(f"Revoked token {', '.join(map(str, ids))}")
