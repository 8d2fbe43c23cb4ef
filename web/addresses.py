"""Where a request comes from, also through proxies."""

from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from django.conf import settings
from django.http import HttpRequest

Network = IPv4Network | IPv6Network


def client_address(request: HttpRequest) -> str:
    """Return the address of the client, as far as the trusted proxies vouch for it."""
    return first_untrusted(
        str(request.META.get("REMOTE_ADDR", "")),
        request.headers.get("X-Forwarded-For", "").split(","),
        settings.TORC_TRUSTED_PROXIES,
    )


def first_untrusted(peer: str, forwarded: Sequence[str], trusted: Iterable[Network]) -> str:
    """Return the last address on the way here that is no trusted proxy.

    Args:
        peer: who is connected to this server.
        forwarded: the addresses of X-Forwarded-For; each proxy adds its peer at the end, and what
            stands before the address that a trusted proxy has added may be invented.
        trusted: the networks of our proxies.
    """
    networks = tuple(trusted)
    address = peer
    for earlier in reversed(forwarded):
        parsed = _parsed(address)
        if parsed is None or not any(parsed in network for network in networks):
            break
        if _parsed(earlier) is None:
            break
        address = str(_parsed(earlier))
    return address[:45]


def _parsed(text: str) -> IPv4Address | IPv6Address | None:
    """Return an address without a port, None for what is no address."""
    try:
        address = ip_address(text.strip().partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
