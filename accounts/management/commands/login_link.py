from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse
from django.utils import timezone

from accounts import sign_in
from accounts.models import User


class Command(BaseCommand):
    """Prints a link that signs a person in once, within 15 minutes."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the account's name."""
        parser.add_argument("--user", help="an existing account; default: who runs this command")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the link alone, so that a script can use it."""
        code = sign_in.new_link_code(self._user(options["user"]), timezone.now())
        path = reverse("sign_in_by_link", kwargs={"code": code})
        self.stdout.write(f"{settings.TORC_PUBLIC_URL}{path}")

    def _user(self, name: str | None) -> User:
        if name is None:
            return sign_in.local_user()
        user = User.objects.filter(username=name, is_active=True).first()
        if user is None:
            remedy = f"make it with `torc users create {name}`"
            raise CommandError(f"There is no account {name!r}: {remedy}.")
        return user
