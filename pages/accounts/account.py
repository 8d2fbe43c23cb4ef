"""A person's account: the password, sessions, and how this browser shows pages."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import SetPasswordForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.audit import audited
from accounts.credentials import person
from accounts.models import ApiToken, User
from accounts.sign_in import TooManyFailures, begin_password, forget_failures
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
    try:
        is_valid = _is_valid(request, user, form)
    except TooManyFailures:
        form = password_form(user)
        too_many = "Too many wrong passwords. Wait 15 minutes, then try again."
        return _account_page(request, form, status=429, refusal=too_many)
    if not is_valid:
        return _account_page(request, form, status=422)
    ends_tokens = form.cleaned_data["ends_tokens"]
    with audited(request, "change_password", kind="user", object_id=user.pk) as trail:
        form.save()
        if ends_tokens:
            trail.add(n_tokens=ApiToken.objects.revoke_all(user, timezone.now()))
    update_session_auth_hash(request, user)
    tokens = ", and your API tokens have ended" if ends_tokens else ""
    done = f"Your password is changed{tokens}; other browsers are signed out."
    messages.success(request, done)
    return redirect("account")


def _is_valid(request: HttpRequest, user: User, form: SetPasswordForm[User]) -> bool:
    """Check the form; a wrong old password counts as one at the sign-in page does.

    Raises:
        TooManyFailures: too many wrong passwords came for this person from this address.
    """
    if "old_password" not in form.fields:
        return form.is_valid()
    attempt = begin_password(request, user.username, timezone.now())
    is_valid = form.is_valid()
    if "old_password" not in form.errors:
        forget_failures(attempt)
    return is_valid


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
    request: HttpRequest, form: SetPasswordForm[User], status: int = 200, refusal: str = ""
) -> HttpResponse:
    chosen = {name: request.COOKIES.get(name, "") for name in APPEARANCES}
    shown = {name: value for name, value in chosen.items() if value in APPEARANCES[name]}
    context = {"form": form, "refusal": refusal, "appearance": AppearanceForm(initial=shown)}
    return render(request, "accounts/account.html", context, status=status)
