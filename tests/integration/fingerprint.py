"""What the database holds, table by table, so that a test can tell whether anything was written."""

from hashlib import sha256

from django.apps import apps
from django.db.models import Model

UNREAD_COLUMNS = {"last_used_at", "last_login"}


def fingerprint(*, without: frozenset[str] = frozenset({"Session"})) -> dict[str, str]:
    """Return a hash of the rows of each table.

    Args:
        without: names of the models that may change.
    """
    models = [one for one in apps.get_models(include_auto_created=True) if not one._meta.proxy]
    return {one._meta.db_table: _hash_of(one) for one in models if one.__name__ not in without}


def _hash_of(model: type[Model]) -> str:
    columns = [one.attname for one in model._meta.concrete_fields]
    kept = [one for one in columns if one not in UNREAD_COLUMNS]
    rows = model._default_manager.order_by("pk").values_list(*kept)
    return sha256(repr(list(rows)).encode()).hexdigest()
