"""Signing in, with a password or by a link, and signing out."""

from django.contrib.auth import login, logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts import sign_in as sign_in_rules
from accounts.audit import audited
from pages.accounts.forms import SignInForm
from pages.accounts.next_page import next_page

BACKEND = "django.contrib.auth.backends.ModelBackend"


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in with name and password; a laptop's user comes by link instead."""
    if request.user.is_authenticated:
        return redirect(next_page(request))
    form = SignInForm(request.POST or None)
    context = {"form": form, "next": next_page(request)}
    if request.method != "POST":
        return render(request, "accounts/sign_in.html", context)
    if not form.is_valid():
        return render(request, "accounts/sign_in.html", context, status=422)
    return _sign_in_with(request, form)


def _sign_in_with(request: HttpRequest, form: SignInForm) -> HttpResponse:
    name, password = form.cleaned_data["username"], form.cleaned_data["password"]
    context = {"form": form, "next": next_page(request)}
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
    return redirect(next_page(request))


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
