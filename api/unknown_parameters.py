"""No query parameter is accepted and then ignored."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest

from api.problems import Invalid, did_you_mean


def knows_its_parameters(view: Callable[..., Any]) -> Callable[..., Any]:
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
