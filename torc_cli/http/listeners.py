"""Who listens on a port of this machine, as Linux says it."""

TABLES = ("/proc/net/tcp", "/proc/net/tcp6")
_LISTENING = "0A"
_ROOT = 0


def stranger_at(port: int, own_uid: int) -> "int | None":
    """Return the user id of somebody else who listens on a port, None if there is nobody.

    Root is nobody else: root can read the token anyway. So a server that is there belongs to the
    owner of the data folder, whatever address of the port is tried first.

    Args:
        port: of this machine.
        own_uid: of the user whose server is expected.
    """
    for path in TABLES:
        try:
            with open(path, encoding="ascii") as table:
                rows = table.read().splitlines()[1:]
        except OSError:
            continue  # no Linux, or no IPv6
        for row in rows:
            uid = _listener_in(row, port)
            if uid is not None and uid not in (own_uid, _ROOT):
                return uid
    return None


def _listener_in(row: str, port: int) -> "int | None":
    """Return the user id of a row of the table if it is a listener on the port."""
    columns = row.split()
    if len(columns) < 8 or columns[3] != _LISTENING:
        return None
    return int(columns[7]) if int(columns[1].rpartition(":")[2], 16) == port else None
