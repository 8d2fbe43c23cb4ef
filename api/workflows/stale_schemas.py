"""Jobs that should run again because what they used has changed."""

from typing import Literal

from pydantic import BaseModel

from api.schemas import Page


class StaleReasonOut(BaseModel):
    """One reason why a job is stale; `target_id` is of the file or user data it is about."""

    kind: Literal["user_data", "file", "command", "output", "upstream"]
    sentence: str
    target_id: int | None


class StaleJobOut(BaseModel):
    """An ended job that should run again; with at most five of its reasons."""

    job_id: int
    name: str
    status: str
    is_follower: bool
    causes: list[StaleReasonOut]
    n_more_causes: int


class StaleJobListOut(Page):
    """The stale jobs of a workflow."""

    items: list[StaleJobOut]


class ReinitializeQuery(BaseModel):
    """Whether stale jobs are only listed, running ones canceled first, and all start at once."""

    dry_run: bool = False
    force: bool = False
    start: bool = False


class ReinitializedOut(BaseModel):
    """The stale jobs, and how many jobs were reset with them."""

    reinitialized_jobs: list[str]
    n_reset: int
