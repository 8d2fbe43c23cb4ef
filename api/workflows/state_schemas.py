"""How far a workflow is."""

from pydantic import BaseModel

from api.schemas import Id


class CompleteOut(BaseModel):
    """Whether every job has ended."""

    is_complete: bool
    is_canceled: bool


class UninitializedOut(BaseModel):
    """Whether no job is initialized."""

    is_uninitialized: bool


class StatusCountsOut(BaseModel):
    """How many jobs have each status."""

    uninitialized: int
    blocked: int
    ready: int
    pending: int
    running: int
    completed: int
    failed: int
    canceled: int
    terminated: int
    disabled: int
    pending_failed: int


class StatusOut(BaseModel):
    """How far a workflow is, in Torc's words."""

    workflow_id: int
    workflow_name: str
    workflow_user: str
    run_id: int
    is_archived: bool
    is_canceled: bool
    is_complete: bool
    total_jobs: int
    jobs_by_status: StatusCountsOut
    total_exec_time_minutes: float
    walltime_seconds: float | None
    active_compute_nodes: int
    active_scheduled_nodes: int
    pending_scheduled_nodes: int


class ProgressQuery(BaseModel):
    """The revision that the caller has seen; 204 answers that it is still the newest."""

    revision: Id | None = None


class UnplaceableOut(BaseModel):
    """A job that no node can hold."""

    job_id: int
    name: str
    why: str


class ProgressOut(BaseModel):
    """How far a workflow is, and what it waits for."""

    revision: int
    run_id: int
    is_started: bool
    is_complete: bool
    is_canceled: bool
    counts: dict[str, int]
    unplaceable: list[UnplaceableOut]
    warnings: list[UnplaceableOut]
    waiting_reason: str | None
    workers_online: int
    n_jobs: int


class FilesNeededOut(BaseModel):
    """The ids of files that must exist before jobs may run."""

    files: list[int]


class UserDataNeededOut(BaseModel):
    """The ids of user data that must have a value before jobs may run."""

    user_data: list[int]
