"""Failures and reruns as clients send and see them."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, Field

from api.jobs.jobs_schemas import StatusWord
from api.schemas import Body, Id

Text = Annotated[str, Field(max_length=255)]


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
    """Which run; the present one unless told."""

    run_id: Id | None = None


class RerunQuery(BaseModel):
    """Which jobs, all that is said at once; nothing said means the failed ones."""

    job_ids: list[Id] = []
    statuses: list[StatusWord] = []
    family: Text | None = None
    cause: Text | None = None
    name: Text | None = None
    return_code: Id | None = None
    downstream: bool = True
    upstream: bool = False
    memory: Text | None = None
    runtime: Text | None = None
    num_cpus: Id | None = None
    num_gpus: Id | None = None


class RerunIn(RerunQuery, Body):
    """A rerun; with the fingerprint of its preview it does that or nothing."""

    start: bool = True
    force: bool = False
    fingerprint: Text | None = None


class FamilyCountOut(BaseModel):
    """How many jobs of one family run again."""

    family_id: int | None
    label: str
    n_selected: int
    n_upstream: int
    n_downstream: int


class OverwrittenOut(BaseModel):
    """What exists now and will be written again, the first few by name."""

    n: int
    names: list[str]


class RequirementChangeOut(BaseModel):
    """Requirements that some of the jobs ask now, and what they will ask instead."""

    requirements_id: int
    name: str
    n_jobs: int
    before: dict[str, Any]
    after: dict[str, Any]


class RerunPreviewOut(BaseModel):
    """What a rerun does, counted."""

    workflow_id: int
    run_id: int
    n_jobs: int
    n_selected: int
    n_upstream: int
    n_downstream: int
    n_held_back: int
    n_running: int
    running: list[str]
    families: list[FamilyCountOut]
    files: OverwrittenOut
    user_data: OverwrittenOut
    changes: list[RequirementChangeOut]
    seconds: float
    cpu_seconds: float
    n_unknown: int
    fingerprint: str


class RerunOut(RerunPreviewOut):
    """The receipt of a rerun."""

    is_active: bool
    audit_id: int | None
