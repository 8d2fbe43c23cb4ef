from datetime import datetime
from typing import Annotated, Literal

from ninja import Schema
from pydantic import ConfigDict, Field, StringConstraints

TokenName = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f]+$"
    ),
]


class TokenIn(Schema):
    """What a new API token is for."""

    model_config = ConfigDict(extra="forbid")

    name: TokenName
    scope: Literal["read", "run", "admin"] = "run"
    expires_in_days: Annotated[int, Field(ge=1, le=366)] = 90


class TokenOut(Schema):
    """An API token, without its secret."""

    id: int
    name: str
    prefix: str
    scope: str
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    revoked_at: datetime | None


class NewTokenOut(TokenOut):
    """A token that was just made; its text is shown this once."""

    token: str


class TokenListOut(Schema):
    """One page of the person's tokens."""

    items: list[TokenOut]
    offset: int
    max_limit: int
    count: int
    total_count: int
    has_more: bool
