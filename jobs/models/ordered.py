"""Mappings that come back in the order in which they were stored."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import models


class OrderedJSONField(models.JSONField):
    """A mapping, stored as a list of pairs: PostgreSQL sorts the keys of an object."""

    def deconstruct(self) -> Any:
        """Be any JSON field to migrations: the column is one."""
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.JSONField", args, kwargs

    def get_prep_value(self, value: Any) -> Any:
        """Return the pairs of a mapping."""
        pairs = list(value.items()) if isinstance(value, Mapping) else value
        return super().get_prep_value(pairs)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        """Return the mapping of the pairs."""
        pairs = super().from_db_value(value, expression, connection)
        return None if pairs is None else dict(pairs)
