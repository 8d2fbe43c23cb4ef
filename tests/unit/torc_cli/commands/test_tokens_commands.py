"""`torc tokens`, against canned answers."""

from tests.unit.torc_cli.conftest import Torc
from tests.unit.torc_cli.stub import Stub


def test_a_new_token_is_shown_once_and_alone_on_stdout(torc: Torc, stub: Stub) -> None:
    stub.on("POST /tokens", {"id": 3, "name": "ci", "scope": "read", "token": "torc_pat_x"})
    ran = torc("tokens", "create", "--name", "ci", "--scope", "read", "--expires-in-days", "7")
    assert ran.out == "torc_pat_x\n"
    assert stub.requests[0].json == {"name": "ci", "scope": "read", "expires_in_days": 7}
    assert torc("tokens", "create").code == 2
    assert torc("tokens", "create", "-n", "x", "--expires-in-days", "week").code == 2


def test_tokens_are_revoked_by_id(torc: Torc, stub: Stub) -> None:
    stub.on("DELETE /tokens/3", (204, None))
    assert torc("tokens", "revoke", "3").out == "Revoked token 3\n"
