"""Bodies: strict types, no unknown fields, and nothing that is accepted and then ignored."""

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict

from api.problems import Invalid


class Body(BaseModel):
    """What clients send; a string is no number, and a misspelt field is an error."""

    model_config = ConfigDict(extra="forbid", strict=True)

    def given(self, *names: str) -> dict[str, Any]:
        """Return those of the named fields that were sent, null ones too."""
        return {name: getattr(self, name) for name in names if name in self.model_fields_set}


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
