"""Reruns as clients send and see them."""

from typing import Annotated, Any

from pydantic import BaseModel, Field

from api.jobs.jobs_schemas import StatusWord
from api.schemas import Body, Id

Text = Annotated[str, Field(max_length=255)]


class RerunQuery(BaseModel):
    """Which jobs, by criteria that they all meet; without any, those that failed."""

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
    """Requirements that some of the jobs have now, and what changes for these jobs."""

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
