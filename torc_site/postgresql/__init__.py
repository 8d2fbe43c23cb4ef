"""How a connection to PostgreSQL meets faults: frozen clients, dead networks, long waits."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

IDLE_IN_TRANSACTION_SECONDS = 10
"""The server throws out who holds rows and says nothing: a frozen process, a paused or unplugged
machine. Ours never think that long between two statements of a transaction."""
LOCK_SECONDS = 5
"""Nobody waits longer for a row: a web thread answers 503, a worker tries again."""
WEB_STATEMENT_SECONDS = 60
"""A page or request that takes longer helps nobody. The engine and migrations have no such limit:
what they would try again takes as long again."""
_DEAD_SECONDS = 10
"""Bytes that stay unacknowledged for so long, or probes without an answer, end a connection."""

_CLIENT: dict[str, Any] = {
    "connect_timeout": 5,  # a server that is away refuses at once; a firewall drops silently
    "keepalives": 1,
    "keepalives_idle": 5,  # seconds; the system's own two hours hide a dead peer
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": _DEAD_SECONDS * 1000,  # keepalives do not probe while bytes are under way
}
_SERVER = {  # what the server does about us
    "idle_in_transaction_session_timeout": f"{IDLE_IN_TRANSACTION_SECONDS}s",
    "lock_timeout": f"{LOCK_SECONDS}s",
    "tcp_keepalives_idle": "5",
    "tcp_keepalives_interval": "2",
    "tcp_keepalives_count": "3",
    "tcp_user_timeout": f"{_DEAD_SECONDS}s",
}
_PATIENT = dict.fromkeys(
    ("idle_in_transaction_session_timeout", "lock_timeout", "statement_timeout"), "0"
)


def parse_url(url: str) -> dict[str, Any]:
    """Return Django's connection parameters for the server that TORC_DATABASE_URL names.

    Raises:
        ValueError: the URL is not one of a PostgreSQL database.
    """
    parts = urlsplit(url)
    name = unquote(parts.path.lstrip("/"))
    if parts.scheme not in ("postgres", "postgresql") or not name:
        raise ValueError(
            f"TORC_DATABASE_URL starts with {parts.scheme!r} and names database {name!r}:"
            " write postgres://USER:PASSWORD@HOST:5432/NAME, or leave it empty for SQLite."
        )
    try:
        port = parts.port
    except ValueError as error:
        raise ValueError("TORC_DATABASE_URL: its port is not a number.") from error
    options = dict(parse_qsl(parts.query))
    host = options.pop("host", "") or unquote(parts.hostname or "")
    return {
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": options.pop("port", "") or str(port or ""),
        "OPTIONS": options,
    }


def connection_options(options: dict[str, Any]) -> dict[str, Any]:
    """Return the parameters of a connection; those in TORC_DATABASE_URL overrule ours.

    Args:
        options: libpq's, from the URL.
    """
    ours = _as_options(_SERVER)
    theirs = options.get("options", "")
    return _CLIENT | options | {"options": f"{ours} {theirs}".strip()}


def limit_statements(database: dict[str, Any]) -> None:
    """Have the statements of connections that this process opens from now on end in time.

    Args:
        database: its entry in DATABASES; nothing is done to SQLite's.
    """
    _add(database, {"statement_timeout": f"{WEB_STATEMENT_SECONDS}s"})


def lift_limits(database: dict[str, Any]) -> None:
    """Have connections that this process opens from now on take their time: migrations need it.

    Args:
        database: its entry in DATABASES; nothing is done to SQLite's.
    """
    _add(database, _PATIENT)


def _add(database: dict[str, Any], parameters: dict[str, str]) -> None:
    if "postgresql" in database["ENGINE"]:
        options = database["OPTIONS"]
        options["options"] = f"{options['options']} {_as_options(parameters)}"


def _as_options(parameters: dict[str, str]) -> str:
    return " ".join(f"-c {name}={value}" for name, value in parameters.items())
