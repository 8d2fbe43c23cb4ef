from datetime import timedelta
from typing import Annotated, Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils import timezone
from ninja import Query, Router, Status

from accounts import sign_in
from accounts.actors import Actor
from accounts.credentials import ApiRequest
from accounts.models import ApiToken, User
from api.tokens_schemas import NewTokenOut, TokenIn, TokenListOut, TokenOut

MAX_LIMIT = 10_000

router = Router(tags=["tokens"])


def _manager(request: ApiRequest) -> Actor:
    """Return the actor if it may manage tokens.

    Raises:
        PermissionDenied: its scope does not cover tokens.
    """
    if not request.auth.may_manage_tokens:
        raise PermissionDenied("Managing API tokens needs the scope admin.")
    return request.auth


@router.get("/tokens", response=TokenListOut)
def list_tokens(
    request: ApiRequest,
    offset: Annotated[int, Query(ge=0, le=2**63 - 1)] = 0,
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT)] = 1000,
) -> dict[str, Any]:
    """List the person's own tokens, newest first, revoked ones too."""
    owned = ApiToken.objects.of(_manager(request))
    total = owned.count()
    items = list(owned[offset : offset + limit])
    return {
        "items": items,
        "offset": offset,
        "max_limit": MAX_LIMIT,
        "count": len(items),
        "total_count": total,
        "has_more": offset + len(items) < total,
    }


@router.post("/tokens", response=NewTokenOut)
def create_token(request: ApiRequest, body: TokenIn) -> dict[str, Any]:
    """Make a token; its text is in this answer and nowhere else."""
    user = User.objects.get(pk=_manager(request).user_id)
    token, text = sign_in.new_token(
        user,
        name=body.name,
        scope=body.scope,
        now=timezone.now(),
        lifetime=timedelta(days=body.expires_in_days),
    )
    return {**TokenOut.from_orm(token).dict(), "token": text}


@router.delete("/tokens/{int:token_id}", response={204: None})
def revoke_token(request: ApiRequest, token_id: int) -> Status[None]:
    """End a token at once; the row stays, to say when."""
    token = ApiToken.objects.of(_manager(request)).filter(pk=token_id).first()
    if token is None:
        raise Http404(f"You have no token {token_id}.")
    token.revoke(timezone.now())
    return Status(204, None)
