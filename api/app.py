"""The one NinjaAPI, with everything that is mounted on it."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, URLResolver

from api import system
from api.audit import leaves_an_entry
from api.authentication import authenticate
from api.body_parser import StrictParser
from api.exception_handlers import HANDLERS
from api.jobs import router as jobs
from api.json_response import answer, dumps
from api.problem_document import problem_response
from api.tokens import router as tokens
from api.userdata import router as userdata
from api.validation import StrictAPI, knows_its_parameters
from api.workflows import router as workflows

View = Callable[..., HttpResponseBase]


class TorcAPI(StrictAPI):
    """The REST API under /torc-service/v1."""

    def _get_urls(self) -> list[URLResolver | URLPattern]:
        """Return the routes, each answering a wrong method as a problem, too."""
        patterns = super()._get_urls()
        for pattern in patterns:
            if isinstance(pattern, URLPattern):
                pattern.callback = _answering_wrong_methods(pattern.callback)
        return patterns


def _answering_wrong_methods(view: View) -> View:
    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        if response.status_code != 405:
            return response
        allowed = response.headers["Allow"]
        detail = f"{request.method} is not possible here."
        hint = f"Possible: {allowed}."
        problem = problem_response(request, 405, "method_not_allowed", detail, hint=hint)
        problem.headers["Allow"] = allowed
        return problem

    return answered


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
api.add_decorator(leaves_an_entry)
api.add_decorator(knows_its_parameters)


@api.get("/openapi.json", include_in_schema=False)
def openapi(request: HttpRequest) -> HttpResponse:
    """Describe every route, its parameters and its bodies."""
    return answer(dumps(api.get_openapi_schema()))


for kind, handler in HANDLERS.items():
    api.add_exception_handler(kind, handler)
for router in (system.router, workflows, jobs, userdata, tokens):
    api.add_router("", router)
