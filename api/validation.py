"""What is wrong with the shape of a request: unknown parameters, and what pydantic found."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import wraps
from typing import Any, get_args

from django.http import HttpRequest
from ninja import NinjaAPI
from ninja.errors import ValidationError, ValidationErrorContext
from pydantic import BaseModel

from api.exceptions import Invalid, did_you_mean

RANGE_ERRORS = {
    "greater_than_equal": "ge",
    "greater_than": "gt",
    "less_than_equal": "le",
    "less_than": "lt",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong with a body or a parameter."""

    code: str
    detail: str
    pointer: str
    hint: str | None = None
    limit: float | None = None


class StrictAPI(NinjaAPI):
    """A NinjaAPI whose validation errors hold the names that would have been right."""

    def validation_error_from_error_contexts(
        self, error_contexts: list[ValidationErrorContext[Any]]
    ) -> ValidationError:
        """Add to each error about an unknown field the names of the known ones."""
        raised = super().validation_error_from_error_contexts(error_contexts)
        at = 0
        for context in error_contexts:
            for error in context.pydantic_validation_error.errors(include_url=False):
                if error["type"] == "extra_forbidden":
                    known = _known_beside(context.model, error["loc"])
                    raised.errors[at]["known"] = known
                at += 1
        return raised


def finding_of(raw: dict[str, Any]) -> Finding:
    """Return one of ninja's errors as the API words it."""
    # ("body", parameter of the view, ...) or ("query", name): the first parts are not the client's.
    source, *location = raw["loc"]
    path = location[1:] if source == "body" else location
    pointer = "".join(f"/{part}" for part in path)
    name = str(path[-1]) if path else "the body"
    if raw["type"] == "extra_forbidden":
        hint = did_you_mean(name, raw.get("known", ()))
        return Finding("unknown_field", f"There is no field '{name}' here.", pointer, hint)
    if raw["type"] in RANGE_ERRORS:
        limit = raw["ctx"][RANGE_ERRORS[raw["type"]]]
        detail = f"'{name}' is out of range: {raw['msg']}."
        return Finding("out_of_range", detail, pointer, None, limit)
    if raw["type"] == "missing":
        return Finding("validation_error", f"'{name}' is missing.", pointer, "Send it.")
    return Finding("validation_error", f"'{name}': {raw['msg']}.", pointer)


def _known_beside(model: type[BaseModel], location: Iterable[str | int]) -> list[str]:
    """Return the fields that exist where an unknown one stands."""
    for part in list(location)[:-1]:
        if isinstance(part, str) and part in model.model_fields:
            model = next(_models_in(model.model_fields[part].annotation), model)
    return [field.alias or name for name, field in model.model_fields.items()]


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _models_in(inner)


def refuse_unknown_parameters(view: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap an endpoint so that it refuses parameters it does not read."""
    known = parameters_of(view)

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        for name in request.GET:
            if name not in known:
                raise Invalid(
                    "unknown_parameter",
                    f"There is no parameter '{name}' here.",
                    pointer=f"/{name}",
                    hint=did_you_mean(name, known),
                )
        return view(request, *args, **kwargs)

    return checked


def parameters_of(view: Callable[..., Any]) -> frozenset[str]:
    """Return the query parameters that an endpoint reads."""
    operation = view._ninja_operation  # type: ignore[attr-defined]
    names: set[str] = set()
    for model in operation.models:
        if model.__ninja_param_source__ == "query":
            names.update(model.__ninja_flatten_map__)
    return frozenset(names)
