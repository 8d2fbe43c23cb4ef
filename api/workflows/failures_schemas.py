"""The failures of a run as clients see them."""

from datetime import datetime

from pydantic import BaseModel

from api.schemas import Id


class TraitOut(BaseModel):
    """A parameter value that a group has and the others mostly do not have."""

    name: str
    value: str | int | float
    share: float
    share_of_others: float
    sentence: str


class ShareOut(BaseModel):
    """How many jobs of a group belong to a family, or ran on a node."""

    id: int | None
    name: str
    n_jobs: int


class RemedyOut(BaseModel):
    """What may help a group."""

    kind: str
    sentence: str
    advice: str
    options: dict[str, str]
    command: str


class FailureGroupOut(BaseModel):
    """Jobs that failed for one cause; sizes in bytes and seconds, each as least and most."""

    cause: str
    kind: str
    n_jobs: int
    n_follow_ups: int
    error_line: str
    families: list[ShareOut]
    nodes: list[ShareOut]
    return_codes: dict[str, int]
    traits: list[TraitOut]
    peak_memory: list[int] | None
    memory: list[int]
    runtime: list[int]
    first_at: datetime | None
    last_at: datetime | None
    sample_ids: list[int]
    remedy: RemedyOut


class FailuresOut(BaseModel):
    """The failed jobs of a run, the largest groups first."""

    run_id: int
    n_jobs: int
    n_groups: int
    groups: list[FailureGroupOut]


class FailuresQuery(BaseModel):
    """Which run; without it, the present one."""

    run_id: Id | None = None
