from __future__ import annotations

from datetime import timedelta
from typing import cast

from django import forms
from django.contrib.auth.forms import PasswordChangeForm, SetPasswordForm
from django.http import QueryDict

from accounts.actors import Scope
from accounts.models import ApiToken, User

LIFETIMES = ((7, "7 days"), (30, "30 days"), (90, "90 days"), (366, "366 days"))

RULES = "At least 12 characters, not only digits, not a common one, nothing like your name."


class SignInForm(forms.Form):
    """Name and password of an account."""

    username = forms.CharField(
        max_length=150,
        label="Name",
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
    )
    password = forms.CharField(
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class TokenForm(forms.Form):
    """What a new API token is for."""

    name = forms.CharField(
        max_length=100,
        label="Name",
        help_text="Says later what it was for, such as “nightly sweep on c14”.",
    )
    scope = forms.ChoiceField(choices=ApiToken.TokenScope.choices, initial="run", label="May do")
    days = forms.TypedChoiceField(choices=LIFETIMES, coerce=int, initial=90, label="Valid for")

    def chosen_scope(self) -> Scope:
        """Return the scope of a valid form."""
        return cast("Scope", self.cleaned_data["scope"])

    def lifetime(self) -> timedelta:
        """Return the lifetime of a valid form."""
        return timedelta(days=self.cleaned_data["days"])


class AppearanceForm(forms.Form):
    """How this browser shows pages."""

    zone = forms.ChoiceField(
        choices=(("utc", "UTC"), ("local", "the zone of this browser")), label="Times in"
    )
    theme = forms.ChoiceField(
        choices=(("system", "as the system"), ("light", "light"), ("dark", "dark")), label="Theme"
    )


def password_form(user: User, typed: QueryDict | None = None) -> SetPasswordForm[User]:
    """Return the form for a new password; it asks for the old one if there is one.

    Args:
        user: whose password.
        typed: what came with the form, None for an empty one.
    """
    kind = PasswordChangeForm if user.has_usable_password() else SetPasswordForm
    form = kind(user, typed)
    form.fields["new_password1"].help_text = RULES
    form.fields["new_password2"].label = "New password again"
    form.fields["new_password2"].help_text = ""
    form.fields["ends_tokens"] = forms.BooleanField(
        required=False,
        label="End my API tokens too",
        help_text="Also that of the command line on this machine, which is made anew when the "
        "server starts.",
    )
    return form
