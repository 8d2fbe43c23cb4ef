from io import StringIO
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor

from accounts.models import User


class Command(BaseCommand):
    """Makes the server ready to start: database, token file; prints a sign-in link."""

    help = __doc__
    requires_system_checks = []
    requires_migrations_checks = False

    def handle(self, *args: Any, **options: Any) -> None:
        """Do all of it in one process, because each costs half a second to start."""
        migrate_if_needed()
        if not settings.ENVIRONMENT.is_loopback and not _has_password_account():
            raise CommandError(
                f"TORC_HOST={settings.TORC_HOST} lets other machines in, but no accounts with a"
                " password exist: make one with `torc users create NAME`, or listen on"
                " 127.0.0.1.",
                returncode=2,
            )
        call_command("local_token", stdout=StringIO())
        self.stdout.write("Sign in (once, within 15 minutes):")
        call_command("login_link", stdout=self.stdout)


def migrate_if_needed() -> None:
    """Bring the tables of the database up to date.

    Raises:
        CommandError: the database cannot be used, or a newer Torc has made it.
    """
    try:
        _migrate()
    except OperationalError as error:
        raise CommandError(f"cannot use the database: {error}", returncode=1) from error


def _migrate() -> None:
    executor = MigrationExecutor(connection)
    loader = executor.loader
    if unknown := set(loader.applied_migrations) - set(loader.disk_migrations):
        app, name = min(unknown)
        raise CommandError(
            f"the database was made by a newer Torc (it has {app}.{name}):"
            " upgrade this one, or use another database.",
            returncode=2,
        )
    if executor.migration_plan(loader.graph.leaf_nodes()):
        call_command("migrate", verbosity=0, interactive=False)


def _has_password_account() -> bool:
    accounts = User.objects.filter(is_active=True).exclude(password="")
    return accounts.exclude(password__startswith=UNUSABLE_PASSWORD_PREFIX).exists()
