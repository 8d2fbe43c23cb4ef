"""Workflows as clients send and see them, and the options of actions on them."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from api.schemas import Body, Id, Page, SortedQuery

Count = Annotated[int, Field(ge=0, le=2**31 - 1)]
Text = Annotated[str, Field(max_length=100_000)]
ShortText = Annotated[str, Field(max_length=255)]


class WorkflowOut(BaseModel):
    """A named set of jobs, and how far its present run has come."""

    id: int
    name: str
    user: str
    owner: str
    description: str | None
    timestamp: str
    project: str | None
    metadata: dict[str, Any] | None
    env: dict[str, str] | None
    submission_directory: str | None
    run_id: int
    revision: int
    is_archived: bool
    is_canceled: bool
    is_started: bool
    started_at: str | None
    ended_at: str | None
    compute_node_expiration_buffer_seconds: int | None
    compute_node_ignore_workflow_completion: bool | None
    compute_node_min_time_for_new_jobs_seconds: int | None
    compute_node_wait_for_healthy_database_minutes: int | None
    compute_node_wait_for_new_jobs_seconds: int | None
    jobs_sort_method: str | None
    use_pending_failed: bool | None
    resource_monitor_config: dict[str, Any] | None
    slurm_defaults: dict[str, Any] | None


class WorkflowListOut(Page):
    """One page of workflows."""

    items: list[WorkflowOut]


class _WorkflowFields(Body):
    """Torc's fields of a workflow; those without effect here are refused unless empty."""

    id: Id | None = None
    user: ShortText | None = None
    owner: str | None = None
    description: Text | None = None
    timestamp: str | None = None
    project: ShortText | None = None
    metadata: dict[str, Any] | None = None
    env: dict[str, str] | None = None
    submission_directory: str | None = None
    run_id: Id | None = None
    revision: Id | None = None
    is_archived: bool | None = None
    is_canceled: bool | None = None
    is_started: bool | None = None
    started_at: str | None = None
    ended_at: str | None = None
    compute_node_expiration_buffer_seconds: Count | None = None
    compute_node_ignore_workflow_completion: bool | None = None
    compute_node_min_time_for_new_jobs_seconds: Count | None = None
    compute_node_wait_for_healthy_database_minutes: Count | None = None
    compute_node_wait_for_new_jobs_seconds: Count | None = None
    jobs_sort_method: Literal["gpus_runtime_memory", "gpus_memory_runtime", "none"] | None = None
    use_pending_failed: bool | None = None
    resource_monitor_config: dict[str, Any] | None = None
    slurm_defaults: dict[str, Any] | None = None
    access_groups: list[str] | None = None
    dynamic_jobs: dict[str, Any] | None = None
    enable_ro_crate: bool | None = None
    execution_config: dict[str, Any] | None = None


class WorkflowIn(_WorkflowFields):
    """A new workflow without jobs."""

    name: str


class WorkflowChange(_WorkflowFields):
    """What is to change about a workflow; fields that are left out stay."""

    name: str | None = None


class WorkflowListQuery(SortedQuery):
    """Which workflows; a description is searched for as a part of descriptions."""

    name: str | None = None
    user: str | None = None
    description: str | None = None
    is_archived: bool | None = None


class ArchiveIn(Body):
    """Whether the workflow is to be archived."""

    is_archived: bool


class RunIn(Body):
    """How to start a workflow."""

    force: bool = False


class InitializeQuery(BaseModel):
    """How to initialize."""

    only_uninitialized: bool = False
    clear_ephemeral_user_data: bool = False
    force: bool = False
    in_background: Annotated[bool, Field(alias="async")] = False


class InitializedOut(BaseModel):
    """The run that has begun, and how many jobs are ready or blocked."""

    message: str
    run_id: int
    n_ready: int
    n_blocked: int


class ForceQuery(BaseModel):
    """Whether what runs is canceled first."""

    force: bool = False


class ResetJobsQuery(ForceQuery):
    """Which jobs to reset."""

    failed_only: bool = False


class JobsResetOut(BaseModel):
    """How many jobs were reset."""

    workflow_id: int
    updated_count: int
    status: str
    reset_type: str


class CanceledOut(BaseModel):
    """How many jobs were canceled."""

    id: int
    message: str
    n_canceled: int
