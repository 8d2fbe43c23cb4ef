"""Who makes a request: the one value that every permission rule takes."""

from dataclasses import dataclass
from typing import Literal

Scope = Literal["read", "run", "admin", "job"]

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, slots=True)
class Actor:
    """A person, a token of a person, or a running job, with what it may do."""

    user_id: int
    username: str = ""
    """Of the person, for histories and events; of a job, its workflow's owner."""
    is_staff: bool = False
    scope: Scope = "admin"
    token_id: int | None = None
    attempt_id: int | None = None
    job_id: int | None = None
    workflow_id: int | None = None

    @property
    def is_job(self) -> bool:
        """True for a running job that presented its job token."""
        return self.scope == "job"

    @property
    def may_manage_tokens(self) -> bool:
        """True if the actor may see, make and revoke API tokens."""
        return self.scope == "admin"

    def may_use(self, method: str) -> bool:
        """Return whether the scope covers an HTTP method; job tokens are judged route by route."""
        if method == "DELETE":
            return self.scope == "admin"
        return method in _SAFE_METHODS or self.scope != "read"


def job_actor(
    *, user_id: int, username: str, attempt_id: int, job_id: int, workflow_id: int
) -> Actor:
    """Return the actor of one open attempt: never staff, whoever owns the workflow."""
    return Actor(
        user_id=user_id,
        username=username,
        scope="job",
        attempt_id=attempt_id,
        job_id=job_id,
        workflow_id=workflow_id,
    )
