"""`torc tokens`: the keys by which scripts sign in."""

from torc_cli.errors import UsageError
from torc_cli.http.client import connect
from torc_cli.line.arguments import Call, id_of
from torc_cli.screen import output
from torc_cli.screen.confirm import confirm
from torc_cli.screen.quantities import ids_in_words, time_of

_COLUMNS: "list[output.Column]" = [
    ("ID", "id"),
    ("Name", "name"),
    ("Token", lambda row: f"torc_pat_{row['prefix']}_…"),
    ("Scope", "scope"),
    ("Created", lambda row: time_of(row["created_at"])),
    ("Expires", lambda row: time_of(row["expires_at"]) or "never"),
    ("Last Used", lambda row: time_of(row["last_used_at"]) or "never"),
    ("Revoked", lambda row: time_of(row["revoked_at"])),
]


def create(call: Call) -> None:
    """Make a token and print it; it cannot be shown again."""
    name = call.text("name")
    if not name:
        raise UsageError("--name is missing", "say what the token is for")
    body = {
        "name": name,
        "scope": call.text("scope"),
        "expires_in_days": call.amount("expires_in_days"),
    }
    fields = {key: value for key, value in body.items() if value is not None}
    token = connect(call).json("POST", "/tokens", fields)
    if call.wants_json:
        output.show_json(token)
        return
    output.note(f"Token {token['id']} ({token['scope']}); copy it now, it is not shown again:")
    output.emit(output.visible(token["token"]))


def list_(call: Call) -> None:
    """List the tokens of the person who asks."""
    output.show_rows(call, connect(call).items("/tokens", None), _COLUMNS, "tokens")


def revoke(call: Call) -> None:
    """Make tokens invalid for good."""
    ids = [id_of(text, "token") for text in call.args]
    confirm(call, f"Revoke {ids_in_words('token', ids)}?")
    client = connect(call)
    for token_id in ids:
        client.json("DELETE", f"/tokens/{token_id}")
    if call.wants_json:
        output.show_json([{"status": "success", "id": token_id} for token_id in ids])
    else:
        output.emit(f"Revoked {ids_in_words('token', ids)}")
