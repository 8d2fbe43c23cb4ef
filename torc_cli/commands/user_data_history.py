"""`torc user-data history` and `restore`: the versions of a value."""

from typing import Any

from torc_cli.errors import UsageError
from torc_cli.http.client import connect, query_of
from torc_cli.line.arguments import Call, id_of
from torc_cli.screen import output
from torc_cli.screen.quantities import time_of

_SIGNS = {"same": "  ", "added": "+ ", "removed": "- ", "gap": "… "}

_COLUMNS: "list[output.Column]" = [
    ("Version", lambda row: f"{row['version']}{' (current)' if row['is_current'] else ''}"),
    ("Changed At", lambda row: time_of(row["changed_at"])),
    ("Changed By", "changed_by"),
    ("From", lambda row: _origin(row)),
    ("Characters", "n_characters"),
]


def history(call: Call) -> None:
    """List the versions of a value, or compare two of them."""
    user_data_id = id_of(call.args[0], "user data")
    if call.flag("diff"):
        _compare(call, user_data_id)
    elif len(call.args) > 1:
        raise UsageError("versions are compared with --diff", f"{call.command.usage()} --diff")
    else:
        rows = connect(call).items(f"/user_data/{user_data_id}/history", None)
        output.show_rows(call, rows, _COLUMNS, "versions")


def restore(call: Call) -> None:
    """Store the data of an older version again, as the newest version."""
    user_data_id = id_of(call.args[0], "user data")
    version = _version(call.args[1])
    body = f'{{"version": {version}}}'.encode()
    reply = connect(call).send("POST", f"/user_data/{user_data_id}/restore", body)
    if call.wants_json:
        output.show_record(call, reply.body)
    else:
        output.emit(f"Restored version {version} of user data {user_data_id}")


def _version(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 < len(text) < 20):
        raise UsageError(f"'{text}' is not a version", "versions are whole numbers")
    return int(text)


def _compare(call: Call, user_data_id: int) -> None:
    old, new = (call.operand(at) for at in (1, 2))
    query = query_of(
        from_version=None if old is None else _version(old),
        to_version=None if new is None else _version(new),
    )
    diff = connect(call).json("GET", f"/user_data/{user_data_id}/history/diff{query}")
    if call.wants_json:
        output.show_json(diff)
        return
    lines = [f"--- version {diff['from_version']}", f"+++ version {diff['to_version']}"]
    lines += [_SIGNS[line["kind"]] + line["text"] for line in diff["lines"]]
    if not diff["lines"]:
        lines = [f"Versions {diff['from_version']} and {diff['to_version']} are equal."]
    output.emit("\n".join(map(output.visible, lines)))
    if diff["is_cut"]:
        output.note("the values differ too much to show every line; -f json lists the changes")


def _origin(row: "dict[str, Any]") -> str:
    if row["source"] == "restore":
        return f"restore of version {row['restored_version']}"
    if row["source"] == "api" and row.get("token_name"):
        return f"api, token {row['token_name']}"
    return str(row["source"])
