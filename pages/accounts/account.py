"""A person's account: the password, sessions, and how this browser shows pages."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import SetPasswordForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.audit import audited
from accounts.credentials import person
from accounts.models import User
from pages.accounts.forms import AppearanceForm, password_form
from pages.accounts.next_page import next_page

APPEARANCES = {"theme": ("light", "dark", "system"), "zone": ("utc", "local")}
"""What a browser may choose -> the choices."""
YEAR = 365 * 24 * 3600
"""In seconds."""


@login_not_required
@require_POST
def appearance(request: HttpRequest) -> HttpResponse:
    """Store the theme or the time zone of this browser in a cookie."""
    response = redirect(next_page(request))
    for name, choices in APPEARANCES.items():
        if (value := request.POST.get(name)) in choices:
            response.set_cookie(name, str(value), max_age=YEAR, samesite="Lax")
    return response


@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """Show the account of the person and the appearance of pages in this browser."""
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
