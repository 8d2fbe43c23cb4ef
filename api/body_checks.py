"""Checks of request bodies beyond their types: nothing is accepted and then ignored."""

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from pydantic import BaseModel

from api.exceptions import Invalid, TooLarge
from specification.entries.environment import NAME, RESERVED
from specification.limits import MAX_ENV_BYTES, MAX_ENV_NAMES, MAX_ENV_VALUE_BYTES
from specification.names import check_text


def refuse_unsupported(body: BaseModel, harmless: Mapping[str, Any], at: str = "") -> None:
    """Refuse fields of Torc's that would have no effect here, unless they ask for nothing.

    Args:
        body: what was sent.
        harmless: field -> the value, beside null, that asks for nothing.
        at: where the body's object stands.

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
    """Refuse other values for fields that clients cannot set; their own may come back.

    Args:
        body: what was sent.
        current: what the fields are now.
        names: the fields.
        at: where the body's object stands.

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
                hint="Leave it out, or send what GET answers.",
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
    """What the spec kernel says about one value."""

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
    """Refuse the request if the spec kernel found something wrong with one of its values.

    Args:
        flaw: what the kernel found, if anything.
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
    """Refuse an environment that the shell, Torc itself or the kernel would trip over.

    Raises:
        Invalid: a name or a size is not possible.
    """
    if len(env) > MAX_ENV_NAMES:
        detail = f"There are {len(env)} variables; {MAX_ENV_NAMES} are allowed."
        raise Invalid("env_too_many", detail, pointer=at, limit=MAX_ENV_NAMES, actual=len(env))
    for name, value in env.items():
        if not NAME.fullmatch(name):
            detail = f"'{name[:60]}' cannot be the name of a variable."
            hint = "Use letters, digits and _, and begin with a letter."
            raise Invalid("env_name_invalid", detail, pointer=at, hint=hint)
        if name.startswith(RESERVED):
            detail = f"'{name[:60]}': names that begin with TORC_ are Torc's own."
            raise Invalid("env_name_reserved", detail, pointer=at, hint="Choose another name.")
        refuse(check_text(value), f"{at}/{name}")
        _refuse_size(len(value.encode()), MAX_ENV_VALUE_BYTES, f"{at}/{name}")
    _refuse_size(sum(len((name + env[name]).encode()) for name in env), MAX_ENV_BYTES, at)


def _refuse_size(size: int, limit: int, at: str) -> None:
    if size > limit:
        detail = f"It has {size:,} bytes; {limit:,} are allowed."
        hint = "Keep long values in a file."
        raise Invalid("env_too_long", detail, pointer=at, hint=hint, limit=limit, actual=size)
