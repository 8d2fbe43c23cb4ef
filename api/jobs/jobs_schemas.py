"""Jobs as clients send and see them."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from api.schemas import Body, Id, Page, WorkflowListQuery

StatusWord = Literal[
    "uninitialized",
    "blocked",
    "ready",
    "pending",
    "running",
    "completed",
    "failed",
    "canceled",
    "terminated",
    "disabled",
    "pending_failed",
]
Ids = list[Id]
Priority = Annotated[int, Field(ge=-(2**31), le=2**31 - 1)]


class JobOut(BaseModel):
    """One shell command and how far it has come."""

    id: int
    workflow_id: int
    name: str
    command: str
    status: StatusWord
    priority: int
    cancel_on_blocking_job_failure: bool
    supports_termination: bool
    resource_requirements_id: int
    failure_handler_id: int | None
    env: dict[str, str]
    attempt_id: int
    compute_node_id: int | None
    start_time: str | None
    reason: str
    parameters: dict[str, Any]
    depends_on_job_ids: list[int] | None = None
    input_file_ids: list[int] | None = None
    output_file_ids: list[int] | None = None
    input_user_data_ids: list[int] | None = None
    output_user_data_ids: list[int] | None = None


class JobListOut(Page):
    """One page of jobs; the id lists are there if they were asked for."""

    items: list[JobOut]


class JobsOut(BaseModel):
    """Jobs that were made, in the order of the request."""

    jobs: list[JobOut]


class _JobFields(Body):
    """Torc's fields of a job; those without effect here are refused unless they are empty."""

    supports_termination: bool | None = None
    cancel_on_blocking_job_failure: bool | None = None
    depends_on_job_ids: Ids | None = None
    input_file_ids: Ids | None = None
    output_file_ids: Ids | None = None
    input_user_data_ids: Ids | None = None
    output_user_data_ids: Ids | None = None
    resource_requirements_id: Id | None = None
    failure_handler_id: Id | None = None
    priority: Priority | None = None
    env: dict[str, str] | None = None
    status: StatusWord | None = None
    attempt_id: Id | None = None
    compute_node_id: Id | None = None
    start_time: str | None = None
    reason: str | None = None
    parameters: dict[str, Any] | None = None
    invocation_script: str | None = None
    origin: str | None = None
    scheduler_id: Id | None = None
    schedule_compute_nodes: dict[str, Any] | None = None


class JobIn(_JobFields):
    """A new job."""

    id: None = None
    workflow_id: Id
    name: str
    command: str


class JobsIn(Body):
    """Many new jobs of one workflow."""

    jobs: list[JobIn]


class JobChange(_JobFields):
    """What is to change about a job; fields that are left out stay."""

    id: Id | None = None
    workflow_id: Id | None = None
    name: str | None = None
    command: str | None = None


class JobListQuery(WorkflowListQuery):
    """Which jobs."""

    status: StatusWord | None = None
    needs_file_id: Id | None = None
    upstream_job_id: Id | None = None
    active_compute_node_id: Id | None = None
    name: str | None = None
    exact_name: str | None = None
    command: str | None = None
    origin_is_set: bool | None = None
    include_relationships: bool = False
