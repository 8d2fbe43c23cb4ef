import getpass
import sys
from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from accounts.management.commands.prepare import migrate_if_needed
from accounts.models import User


class Command(BaseCommand):
    """Makes an account with a password, read from the terminal or from standard input."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the account's name and rank."""
        parser.add_argument("name")
        parser.add_argument("--staff", action="store_true", help="sees every workflow")

    def handle(self, *args: Any, **options: Any) -> None:
        """Refuse weak passwords and names that exist."""
        migrate_if_needed()
        user = User(username=options["name"], is_staff=options["staff"])
        password = _read_password()
        user.set_password(password)
        try:
            validate_password(password, user)
            user.full_clean()
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        user.save()
        self.stdout.write(f"Account {user.username} is ready.")


def _read_password() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    password = getpass.getpass("Password: ")
    if password != getpass.getpass("Again: "):
        raise CommandError("The two passwords differ.")
    return password
