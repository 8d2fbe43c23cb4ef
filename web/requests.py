"""The request of a page, and answers that a browser saves instead of showing."""

from collections.abc import Iterator
from typing import TypeVar

from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django_htmx.middleware import HtmxDetails

from web.headers import NOT_RUN

Answer = TypeVar("Answer", bound=HttpResponseBase)


def as_download(response: Answer, name: str) -> Answer:
    """Have a browser save an answer that holds what jobs have written or named.

    Args:
        response: the answer.
        name: of the file; letters, digits, dots and dashes only.
    """
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Content-Security-Policy"] = NOT_RUN
    return response


def streamed_download(name: str, content_type: str, pieces: Iterator[str]) -> StreamingHttpResponse:
    """Have a browser save a text that is made while it is sent.

    Args:
        name: of the file; letters, digits, dots and dashes only.
        content_type: of the file.
        pieces: the text, in parcels large enough to be sent one by one.
    """
    return as_download(StreamingHttpResponse(pieces, content_type=content_type), name)


class HtmxRequest(HttpRequest):
    """A page's request after all middleware."""

    htmx: HtmxDetails
    request_id: str
