"""The answer no: what a person asked for cannot be done, and what to do instead."""

from __future__ import annotations

from typing import Literal

Kind = Literal["conflict", "invalid", "missing"]


class Refused(Exception):
    """An action that the state or the rules forbid; nothing has changed.

    Args:
        code: machine-readable, stable.
        detail: one sentence that names what is in the way.
        hint: what to do about it.
        kind: `conflict` with the present state, `invalid` request, or `missing` thing.
    """

    def __init__(
        self, code: str, detail: str, *, hint: str | None = None, kind: Kind = "conflict"
    ) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.hint = hint
        self.kind: Kind = kind
