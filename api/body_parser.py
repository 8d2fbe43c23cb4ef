"""Bodies as strict JSON: whatever passes here can be stored in every database."""

import json
import math
from typing import Any, NoReturn

from django.http import HttpRequest
from ninja.parser import Parser

from api.exceptions import Invalid, Malformed
from api.schemas import MAX_INT64
from specification.json_values import JsonError, raise_syntax_error
from specification.names import check_text


class StrictParser(Parser):
    """Reads bodies without NaN, doubled keys, unstorable numbers or characters."""

    def parse_body(self, request: HttpRequest) -> Any:
        """Return the body's value.

        Raises:
            Malformed: it is not JSON.
            Invalid: it is JSON that cannot be stored.
        """
        return strict_loads(request.body)


def strict_loads(body: bytes) -> Any:
    """Read one JSON text.

    Raises:
        Malformed: it is not JSON.
        Invalid: it is JSON that cannot be stored.
    """
    try:
        text = body.decode()
    except UnicodeDecodeError as error:
        detail = f"The body is not UTF-8 at byte {error.start}."
        raise Malformed("malformed_json", detail, hint="Send UTF-8.") from None
    try:
        value = json.loads(
            text,
            object_pairs_hook=_unique,
            parse_int=_whole_number,
            parse_float=_number,
            parse_constant=_not_finite,
        )
    except RecursionError:
        hint = "Flatten the value."
        raise Invalid("json_too_deep", "The body is nested too deep.", hint=hint) from None
    except ValueError:
        _explain(text)
    # Only an escape can name a character that UTF-8 text cannot hold or databases refuse.
    if "\\u" in text:
        _check_texts(value)
    return value


def _explain(text: str) -> NoReturn:
    """Read the text once more, slowly, to say where it is wrong."""
    try:
        raise_syntax_error(text)
    except JsonError as error:
        found = error.problem
        code = "malformed_json" if found.code == "json_syntax" else found.code
        kind = Malformed if code == "malformed_json" else Invalid
        raise kind(code, found.detail, hint=found.hint, limit=found.limit) from None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("doubled key")
    return found


def _whole_number(text: str) -> int:
    value = int(text) if len(text) < 21 else MAX_INT64 + 1
    if not -MAX_INT64 - 1 <= value <= MAX_INT64:
        raise Invalid(
            "number_out_of_range",
            f"The number {text[:24]} does not fit into 64 bits.",
            hint="Quote it to keep it as text.",
            limit=MAX_INT64,
        )
    return value


def _number(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        _not_finite(text[:24])
    return value


def _not_finite(name: str) -> NoReturn:
    raise Invalid("number_not_finite", f"{name} is no number JSON can hold.", hint="Use null.")


def _check_texts(value: Any) -> None:
    """Refuse NUL and halves of surrogate pairs anywhere.

    Raises:
        Invalid: there is one.
    """
    waiting: list[tuple[Any, str]] = [(value, "")]
    while waiting:
        item, at = waiting.pop()
        if isinstance(item, str):
            if flaw := check_text(item):
                raise Invalid(flaw.code, flaw.detail, pointer=at, hint=flaw.hint)
        elif isinstance(item, dict):
            waiting.extend((key, at) for key in item)
            waiting.extend((child, f"{at}/{key}") for key, child in item.items())
        elif isinstance(item, list):
            waiting.extend((child, f"{at}/{index}") for index, child in enumerate(item))
