"""Checks of request bodies beyond their types: nothing is accepted and then ignored."""

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from pydantic import BaseModel

from api.exceptions import Invalid, TooLarge
from specification.entries.environment import (
    check_environment,
    check_variable_name,
    check_variable_value,
)
from specification.names import check_text


def refuse_unsupported(body: BaseModel, harmless: Mapping[str, Any], at: str = "") -> None:
    """Refuse fields of Torc's that have no effect here, unless their value asks for nothing.

    Args:
        body: what was sent.
        harmless: field -> the value, beside null, that asks for nothing.
        at: pointer to the object in the body.

    Raises:
        Invalid: one of them asks for something.
    """
    for name, nothing in harmless.items():
        value = getattr(body, name)
        if value is not None and value != nothing:
            raise Invalid(
                "unsupported_field",
                f"'{name}' is not supported yet.",
                pointer=f"{at}/{name}",
                hint="Leave it out: it would have no effect.",
            )


def refuse_changed(
    body: BaseModel, current: Mapping[str, Any], names: Iterable[str], at: str = ""
) -> None:
    """Refuse new values for fields that clients cannot set; sending back the present one is fine.

    Args:
        body: what was sent.
        current: what the fields are now.
        names: the fields.
        at: pointer to the object in the body.

    Raises:
        Invalid: a field differs from what it is.
    """
    for name in names:
        value = getattr(body, name)
        if value is not None and value != current[name]:
            raise Invalid(
                "read_only_field",
                f"'{name}' is {current[name]!r} and cannot be set to {value!r} here.",
                pointer=f"{at}/{name}",
                hint="Leave it out, or send the value that GET returns.",
            )


def refuse_null(body: BaseModel, names: Iterable[str], at: str = "") -> None:
    """Refuse null for fields that always have a value.

    Raises:
        Invalid: one of them was sent as null.
    """
    for name in names:
        if name in body.model_fields_set and getattr(body, name) is None:
            raise Invalid("validation_error", f"'{name}' cannot be null.", pointer=f"{at}/{name}")


class Flaw(Protocol):
    """What a check of the specification finds wrong with one value."""

    @property
    def code(self) -> str: ...
    @property
    def detail(self) -> str: ...
    @property
    def hint(self) -> str | None: ...
    @property
    def limit(self) -> int | float | None: ...
    @property
    def actual(self) -> int | float | None: ...


def refuse(flaw: Flaw | None, pointer: str) -> None:
    """Refuse the request if a check found something wrong with one of its values.

    Args:
        flaw: what the check found, None for nothing.
        pointer: where the value stands in the body.

    Raises:
        TooLarge: the value is too large to be stored.
        Invalid: it is wrong in another way.
    """
    if flaw is None:
        return
    kind = TooLarge if flaw.code == "payload_too_large" else Invalid
    raise kind(
        flaw.code,
        flaw.detail,
        pointer=pointer,
        hint=flaw.hint,
        limit=flaw.limit,
        actual=flaw.actual,
    )


def refuse_env(env: Mapping[str, str], at: str) -> None:
    """Refuse an environment that the shell, Torc or the operating system cannot take.

    Raises:
        Invalid: a name or a size is not possible.
    """
    refuse(check_environment(env), at)
    for name, value in env.items():
        refuse(check_variable_name(name), at)
        refuse(check_text(value) or check_variable_value(value), f"{at}/{name}")
