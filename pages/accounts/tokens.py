"""API tokens: a person's own, listed, made and revoked."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts import api_tokens
from accounts.audit import audited
from accounts.credentials import person
from accounts.models import ApiToken, User
from pages.accounts.forms import TokenForm


@require_safe
def tokens(request: HttpRequest) -> HttpResponse:
    """List the person's tokens, with a form for a new one."""
    return _tokens_page(request, person(request), TokenForm())


@require_POST
def create_token(request: HttpRequest) -> HttpResponse:
    """Create a token and show its text, which is shown only once."""
    user, form = person(request), TokenForm(request.POST)
    if not form.is_valid():
        return _tokens_page(request, user, form, status=422)
    with audited(request, "create_token", kind="token", scope=form.chosen_scope()) as trail:
        token, text = api_tokens.new_token(
            user,
            name=form.cleaned_data["name"],
            scope=form.chosen_scope(),
            now=timezone.now(),
            lifetime=form.lifetime(),
        )
        trail.object_id = token.pk
    api_url = request.build_absolute_uri("/torc-service/v1")
    context = {"token": token, "text": text, "api_url": api_url}
    return render(request, "accounts/token_created.html", context, status=201)


@require_POST
def revoke_token(request: HttpRequest, token_id: int) -> HttpResponse:
    """Revoke one of the person's tokens."""
    owned = ApiToken.objects.of(person(request).actor())
    token = get_object_or_404(owned, pk=token_id)
    with audited(request, "revoke_token", kind="token", object_id=token_id):
        token.revoke(timezone.now())
    return redirect("tokens")


def _tokens_page(
    request: HttpRequest, user: User, form: TokenForm, status: int = 200
) -> HttpResponse:
    owned = ApiToken.objects.of(user.actor())
    context = {"form": form, "tokens": owned, "now": timezone.now()}
    return render(request, "accounts/tokens.html", context, status=status)
