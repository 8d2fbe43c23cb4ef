"""How the domain says no: what cannot be done, why, and what to do instead."""

from __future__ import annotations

from typing import Literal

Kind = Literal["conflict", "invalid", "missing"]


class Refused(Exception):
    """An action that the state or the rules forbid; nothing has changed.

    Args:
        code: for programs; it never changes.
        detail: one sentence that names what is in the way.
        hint: what to do about it.
        kind: `conflict` with the present state, `invalid` request, or `missing` thing.
        field: the field of the request that cannot be granted, if it is one alone.
    """

    def __init__(
        self,
        code: str,
        detail: str,
        *,
        hint: str | None = None,
        kind: Kind = "conflict",
        field: str | None = None,
    ) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.hint = hint
        self.kind: Kind = kind
        self.field = field
