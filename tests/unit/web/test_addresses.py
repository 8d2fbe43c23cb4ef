"""Which of the addresses of a request is the client's."""

from ipaddress import ip_network

import pytest

from web.addresses import first_untrusted

TRUSTED = [ip_network("10.0.0.0/8"), ip_network("fd00::/8")]


@pytest.mark.parametrize(
    ("peer", "forwarded", "expected"),
    [
        ("203.0.113.5", "1.2.3.4", "203.0.113.5"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "203.0.113.5", "203.0.113.5"),
        ("10.0.0.1", "1.2.3.4, 203.0.113.5", "203.0.113.5"),
        ("10.0.0.1", "203.0.113.5, 10.0.0.2", "203.0.113.5"),
        ("10.0.0.1", "203.0.113.5, nonsense", "10.0.0.1"),
        ("::ffff:10.0.0.1", "203.0.113.5", "203.0.113.5"),
        ("fd00::1", "2001:db8::5", "2001:db8::5"),
        ("", "203.0.113.5", ""),
    ],
)
def test_only_what_trusted_proxies_have_added_is_believed(
    peer: str, forwarded: str, expected: str
) -> None:
    assert first_untrusted(peer, forwarded.split(","), TRUSTED) == expected


def test_without_trusted_proxies_the_peer_counts() -> None:
    assert first_untrusted("127.0.0.1", ["203.0.113.5"], []) == "127.0.0.1"
