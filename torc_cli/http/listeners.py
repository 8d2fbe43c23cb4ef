"""Who listens on a port of this machine, as the kernel says it."""

import socket
import struct

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_ROOT = 0
_SOCK_DIAG = 4
"""The netlink protocol that describes sockets; /proc/net/tcp takes ten times as long."""
_BY_FAMILY, _REQUEST_DUMP = 20, 0x301
_ONLY_LISTENING = 1 << 10
_HEADER = struct.Struct("=IHHII")
_DONE, _ERROR = 3, 2
_UID_AT = 64
"""Bytes before the user id in a description."""


def stranger_at(port: int, own_uid: int) -> "int | None":
    """Return the user id of somebody else who listens on a port, None if nobody is known to.

    Root is nobody else: root can read the token anyway. All addresses of the port count, whichever
    of them a name leads to.

    Args:
        port: of this machine.
        own_uid: of the user whose server is expected.
    """
    try:
        uids = listener_uids(port)
    except (AttributeError, OSError):
        return None  # no Linux
    return next((uid for uid in uids if uid not in (own_uid, _ROOT)), None)


def listener_uids(port: int) -> "list[int]":
    """Return the user id of each socket that listens on a port of this machine.

    Raises OSError or AttributeError where the system does not tell.
    """
    netlink = socket.AF_NETLINK
    with socket.socket(netlink, socket.SOCK_RAW | socket.SOCK_CLOEXEC, _SOCK_DIAG) as kernel:
        kernel.settimeout(5.0)
        return [
            uid
            for family in (socket.AF_INET, socket.AF_INET6)
            for uid in _ask(kernel, int(family), port)
        ]


def _ask(kernel: socket.socket, family: int, port: int) -> "Iterator[int]":
    wanted = struct.pack("=BBBBI", family, socket.IPPROTO_TCP, 0, 0, _ONLY_LISTENING)
    wanted += struct.pack(">H", port) + bytes(46)
    header = _HEADER.pack(_HEADER.size + len(wanted), _BY_FAMILY, _REQUEST_DUMP, 0, 0)
    kernel.send(header + wanted)
    while True:
        data = kernel.recv(65_536)
        while data:
            size, kind = _HEADER.unpack_from(data)[:2]
            if kind == _DONE:
                return
            if kind == _ERROR:
                raise OSError("the kernel does not describe its sockets")
            yield struct.unpack_from("=I", data, _HEADER.size + _UID_AT)[0]
            data = data[size:]
