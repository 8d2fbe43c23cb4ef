"""The NinjaAPI with all its routers and exception handlers."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, URLResolver

from api import system
from api.audit import audit_changes
from api.authentication import authenticate
from api.body_parser import StrictParser
from api.exception_handlers import HANDLERS
from api.idempotency import honor_idempotency_keys
from api.jobs import router as jobs
from api.json_response import dumps, json_response
from api.problem_document import problem_response
from api.tokens import router as tokens
from api.userdata import router as userdata
from api.validation import StrictAPI, refuse_unknown_parameters
from api.workflows import router as workflows

View = Callable[..., HttpResponseBase]


class TorcAPI(StrictAPI):
    """The REST API under /torc-service/v1."""

    def _get_urls(self) -> list[URLResolver | URLPattern]:
        """Return the routes; each answers a wrong method with a problem document."""
        patterns = super()._get_urls()
        for pattern in patterns:
            if isinstance(pattern, URLPattern):
                pattern.callback = _with_problem_for_wrong_method(pattern.callback)
        return patterns


def _with_problem_for_wrong_method(view: View) -> View:
    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        if response.status_code != 405:
            return response
        allowed = response.headers["Allow"]
        detail = f"{request.method} is not possible for {request.path}."
        hint = f"Possible: {allowed}."
        problem = problem_response(request, 405, "method_not_allowed", detail, hint=hint)
        problem.headers["Allow"] = allowed
        return problem

    return checked


api = TorcAPI(
    title="Torc",
    version=system.VERSION,
    description="Workflows of shell commands: create, run, watch, read the results.",
    urls_namespace="api",
    auth=authenticate,
    parser=StrictParser(),
    docs_url=None,
    openapi_url=None,
)
api.add_decorator(audit_changes)
api.add_decorator(honor_idempotency_keys)
api.add_decorator(refuse_unknown_parameters)


@api.get("/openapi.json", include_in_schema=False)
def openapi(request: HttpRequest) -> HttpResponse:
    """Describe every route, its parameters and its bodies."""
    return json_response(dumps(api.get_openapi_schema()))


for kind, handler in HANDLERS.items():
    api.add_exception_handler(kind, handler)
for router in (system.router, workflows, jobs, userdata, tokens):
    api.add_router("", router)
