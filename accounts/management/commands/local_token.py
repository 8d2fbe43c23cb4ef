from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

from accounts import api_tokens


class Command(BaseCommand):
    """Writes the data folder's token file, which signs in the CLI of this machine's user."""

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the file unless it holds a valid token."""
        path = settings.TORC_DATA_DIR / "token"
        is_new = api_tokens.ensure_token_file(path, timezone.now())
        self.stdout.write(f"{path} {'written' if is_new else 'is valid'}")
