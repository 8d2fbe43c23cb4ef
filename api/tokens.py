"""The API tokens of the person who calls: list, make, revoke."""

from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.utils import timezone
from ninja import Query, Router, Status
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from accounts.api_tokens import new_token
from accounts.credentials import ApiRequest, person
from accounts.models import ApiToken, ApiTokenQuerySet
from api.exceptions import Forbidden
from api.pagination import page
from api.queries import row_or_404
from api.schemas import Fields, Page, PageQuery

Name = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f]+$"
    ),
]

router = Router(tags=["tokens"])


class TokenIn(BaseModel):
    """What a new API token is for."""

    model_config = ConfigDict(extra="forbid")

    name: Name
    scope: Literal["read", "run", "admin"] = "run"
    expires_in_days: Annotated[int, Field(ge=1, le=366)] = 90


class TokenOut(BaseModel):
    """An API token, without its secret."""

    model_config = ConfigDict(from_attributes=True)

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


class TokenListOut(Page):
    """One page of the person's tokens."""

    items: list[TokenOut]


def _own_tokens(request: ApiRequest) -> ApiTokenQuerySet:
    """Return the caller's own tokens.

    Raises:
        PermissionDenied: the scope of the call does not cover tokens.
    """
    if not request.auth.may_manage_tokens:
        raise PermissionDenied("Managing API tokens needs the scope admin.")
    return ApiToken.objects.of(request.auth)


@router.get("/tokens", response=TokenListOut)
def list_tokens(request: ApiRequest, query: Query[PageQuery]) -> HttpResponse:
    """List the person's own tokens, newest first, revoked ones too."""
    return page(_own_tokens(request), query, _fields)


def _fields(tokens: list[ApiToken]) -> list[Fields]:
    return [TokenOut.model_validate(token).model_dump(mode="json") for token in tokens]


@router.post("/tokens", response=NewTokenOut)
def create_token(request: ApiRequest, body: TokenIn) -> dict[str, Any]:
    """Make a token that lasts no longer than the one it is made with.

    Its text is in this answer and nowhere else.
    """
    own_tokens, now = _own_tokens(request), timezone.now()
    maker = own_tokens.filter(pk=request.auth.token_id or 0).first()
    token, text = new_token(
        person(request),
        name=body.name,
        scope=body.scope,
        now=now,
        lifetime=_lifetime(body, maker, now),
    )
    return {**TokenOut.model_validate(token).model_dump(), "token": text}


def _lifetime(body: TokenIn, maker: ApiToken | None, now: datetime) -> timedelta:
    """Return how long a new token lasts; without a wish at most as long as its maker.

    Raises:
        Forbidden: more is wished for than the maker, itself a token, has left.
    """
    wished = timedelta(days=body.expires_in_days)
    if maker is None or maker.expires_at is None or wished <= maker.expires_at - now:
        return wished
    if "expires_in_days" in body.model_fields_set:
        raise Forbidden(
            "token_outlives_its_maker",
            f"This call's own token ends at {maker.expires_at:%Y-%m-%d %H:%M} UTC, and cannot make"
            " one that lasts longer.",
            hint="Ask for fewer days, or make the token on the account page.",
            pointer="/expires_in_days",
        )
    return maker.expires_at - now


@router.delete("/tokens/{int:token_id}", response={204: None})
def revoke_token(request: ApiRequest, token_id: int) -> Status[None]:
    """End a token at once; the row stays, to say when."""
    token = row_or_404(_own_tokens(request), "token", token_id)
    token.revoke(timezone.now())
    return Status(204, None)
