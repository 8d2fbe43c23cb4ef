"""A caller of the API: a test client that brings its credentials and speaks JSON."""

import json
from dataclasses import dataclass, field
from typing import Any, cast

from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from accounts.actors import Scope
from accounts.api_tokens import new_token
from accounts.job_tokens import mint
from accounts.models import User
from jobs.models import Result

BASE = "/torc-service/v1"


@dataclass
class Caller:
    """Calls the API with one token."""

    token: str | None = None
    client: Client = field(default_factory=Client)

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> HttpResponse:
        """Send a request; a body is JSON unless it is text or bytes already."""
        sent = body if isinstance(body, str | bytes) else json.dumps(body)
        if self.token is not None:
            headers = {"Authorization": f"Bearer {self.token}", **headers}
        more = {} if body is None else {"data": sent, "content_type": "application/json"}
        answer = self.client.generic(
            method,
            f"{BASE}{path}",
            headers=headers,
            **more,  # type: ignore[arg-type]
        )
        return cast("HttpResponse", answer)

    def get(self, path: str, **headers: str) -> HttpResponse:
        """Read."""
        return self.call("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> HttpResponse:
        """Create or act."""
        return self.call("POST", path, body, **headers)

    def put(self, path: str, body: Any = None, **headers: str) -> HttpResponse:
        """Change."""
        return self.call("PUT", path, body, **headers)

    def delete(self, path: str, **headers: str) -> HttpResponse:
        """Delete."""
        return self.call("DELETE", path, **headers)

    def ok(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """Return the JSON of an answer that must be a success."""
        answer = self.call(method, path, body, **headers)
        assert answer.status_code < 300, answer.content
        return json.loads(answer.content)

    def refused(self, status: int, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """Return the problem document of an answer that must be this error."""
        answer = self.call(method, path, body, **headers)
        assert answer.status_code == status, answer.content
        return problem_of(answer)


def problem_of(answer: object) -> Any:
    """Return a problem document, checking what all of them have."""
    assert isinstance(answer, HttpResponse)
    assert answer.headers["Content-Type"] == "application/problem+json", answer.content
    problem = json.loads(answer.content)
    assert problem["status"] == answer.status_code
    assert problem["code"]
    assert problem["detail"] == problem["error"]["message"]
    return problem


def caller_of(user: User, scope: Scope = "run") -> Caller:
    """Return a caller with a fresh token of this person."""
    token, text = new_token(user, name="test", scope=scope, now=timezone.now(), lifetime=None)
    assert token.pk
    return Caller(text)


def caller_in(attempt: Result) -> Caller:
    """Return a caller with the job token of an attempt."""
    return Caller(mint(attempt.pk))
