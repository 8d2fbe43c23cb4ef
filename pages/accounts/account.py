from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import login, logout, update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import SetPasswordForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import api_tokens
from accounts import sign_in as sign_in_rules
from accounts.audit import audited
from accounts.credentials import person
from accounts.models import ApiToken, User
from pages.accounts.forms import AppearanceForm, SignInForm, TokenForm, password_form

BACKEND = "django.contrib.auth.backends.ModelBackend"
APPEARANCES = {"theme": ("light", "dark", "system"), "zone": ("utc", "local")}
YEAR = 365 * 24 * 3600


def _next_page(request: HttpRequest) -> str:
    """Return where to go on, if that is a page of ours."""
    target = request.POST.get("next") or request.GET.get("next") or "/"
    is_ours = url_has_allowed_host_and_scheme(
        target, {request.get_host()}, require_https=request.is_secure()
    )
    return target if is_ours else "/"


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in with name and password; a laptop's user comes by link instead."""
    if request.user.is_authenticated:
        return redirect(_next_page(request))
    form = SignInForm(request.POST or None)
    context = {"form": form, "next": _next_page(request)}
    if request.method != "POST":
        return render(request, "accounts/sign_in.html", context)
    if not form.is_valid():
        return render(request, "accounts/sign_in.html", context, status=422)
    return _sign_in_with(request, form)


def _sign_in_with(request: HttpRequest, form: SignInForm) -> HttpResponse:
    name, password = form.cleaned_data["username"], form.cleaned_data["password"]
    context = {"form": form, "next": _next_page(request)}
    try:
        user = sign_in_rules.check_password(request, name, password, timezone.now())
    except sign_in_rules.TooManyFailures:
        form.add_error(None, "Too many wrong passwords. Wait 15 minutes, then try again.")
        return render(request, "accounts/sign_in.html", context, status=429)
    if user is None:
        with audited(request, "fail_to_sign_in") as trail:
            trail.username = name
        form.add_error(None, "No account has this name and password.")
        return render(request, "accounts/sign_in.html", context, status=422)
    with audited(request, "sign_in", by="password"):
        login(request, user, backend=BACKEND)
    return redirect(_next_page(request))


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_by_link(request: HttpRequest, code: str) -> HttpResponse:
    """Show a button for GET, so that a preview cannot use the link up; POST signs in."""
    if request.method != "POST":
        return render(request, "accounts/sign_in_link.html", {"code": code})
    user = sign_in_rules.redeem(code, timezone.now())
    if user is None:
        return render(request, "accounts/sign_in_link_expired.html", status=403)
    with audited(request, "sign_in", by="link"):
        login(request, user, backend=BACKEND)
    return redirect("/")


@login_not_required
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    with audited(request, "sign_out") as trail:
        if not request.user.is_authenticated:
            trail.drop()
        logout(request)
    return redirect("sign_in")


@login_not_required
@require_POST
def appearance(request: HttpRequest) -> HttpResponse:
    """Keep the theme or the time zone of this browser in a cookie."""
    response = redirect(_next_page(request))
    for name, choices in APPEARANCES.items():
        if (value := request.POST.get(name)) in choices:
            response.set_cookie(name, str(value), max_age=YEAR, samesite="Lax")
    return response


@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """Show who is signed in, and what can be set for them and for this browser."""
    return _account_page(request, password_form(person(request)))


@require_POST
def change_password(request: HttpRequest) -> HttpResponse:
    """Set a new password; every other session of the person ends."""
    user = person(request)
    form = password_form(user, request.POST)
    if not form.is_valid():
        return _account_page(request, form, status=422)
    with audited(request, "change_password", kind="user", object_id=user.pk):
        form.save()
    update_session_auth_hash(request, user)
    messages.success(request, "Your password is changed, and other browsers are signed out.")
    return redirect("account")


@require_POST
def end_sessions(request: HttpRequest) -> HttpResponse:
    """Sign the person out in every browser but this one."""
    user = person(request)
    with audited(request, "end_sessions", kind="user", object_id=user.pk):
        user.end_sessions()
    update_session_auth_hash(request, user)
    messages.success(request, "Every other browser is signed out.")
    return redirect("account")


def _account_page(
    request: HttpRequest, form: SetPasswordForm[User], status: int = 200
) -> HttpResponse:
    chosen = {name: request.COOKIES.get(name, "") for name in APPEARANCES}
    shown = {name: value for name, value in chosen.items() if value in APPEARANCES[name]}
    context = {"form": form, "appearance": AppearanceForm(initial=shown)}
    return render(request, "accounts/account.html", context, status=status)


@require_safe
def tokens(request: HttpRequest) -> HttpResponse:
    """List the person's tokens beside the form for a new one."""
    return _tokens_page(request, TokenForm())


@require_POST
def create_token(request: HttpRequest) -> HttpResponse:
    """Make a token and show its text, this once."""
    form = TokenForm(request.POST)
    if not form.is_valid():
        return _tokens_page(request, form, status=422)
    with audited(request, "create_token", kind="token", scope=form.chosen_scope()) as trail:
        token, text = api_tokens.new_token(
            person(request),
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
    """End one of the person's tokens."""
    owned = ApiToken.objects.of(person(request).actor())
    token = get_object_or_404(owned, pk=token_id)
    with audited(request, "revoke_token", kind="token", object_id=token_id):
        token.revoke(timezone.now())
    return redirect("tokens")


def _tokens_page(request: HttpRequest, form: TokenForm, status: int = 200) -> HttpResponse:
    owned = ApiToken.objects.of(person(request).actor())
    context = {"form": form, "tokens": owned, "now": timezone.now()}
    return render(request, "accounts/tokens.html", context, status=status)
