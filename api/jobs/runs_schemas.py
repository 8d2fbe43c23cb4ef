"""What ran, where, and what happened, as clients see it."""

from typing import Annotated, Any

from pydantic import BaseModel, Field

from api.bodies import Body
from api.jobs.jobs_schemas import StatusWord
from api.lists import MAX_INT64, Id, Page, SortedQuery, WorkflowListQuery

Count = Annotated[int, Field(ge=0, le=2**31 - 1)]
Amount = Annotated[float, Field(ge=0, le=2**40)]
Milliseconds = Annotated[int, Field(ge=0, le=MAX_INT64)]


class ResultOut(BaseModel):
    """How an attempt at a job ended."""

    id: int
    job_id: int
    job_name: str
    workflow_id: int
    run_id: int
    attempt_id: int
    compute_node_id: int
    return_code: int
    exec_time_minutes: float
    completion_time: str
    status: StatusWord
    reason: str
    cause: str
    error_line: str
    peak_memory_bytes: int | None
    avg_memory_bytes: int | None
    peak_cpu_percent: float | None
    avg_cpu_percent: float | None


class ResultListOut(Page):
    """One page of results."""

    items: list[ResultOut]


class ResultListQuery(WorkflowListQuery):
    """Which results: the last of each job in the present run, unless all runs are asked for."""

    job_id: Id | None = None
    run_id: Id | None = None
    return_code: Id | None = None
    status: StatusWord | None = None
    compute_node_id: Id | None = None
    all_runs: bool = False
    failed: bool = False


class ComputeNodeOut(BaseModel):
    """A machine that runs jobs; workflow 0 stands for our workers, which serve all."""

    id: int
    workflow_id: int
    hostname: str
    pid: int
    start_time: str
    duration_seconds: float | None
    is_active: bool
    num_cpus: int
    memory_gb: float
    num_gpus: int
    num_nodes: int
    tags: list[str]
    heartbeat_time: str | None
    compute_node_type: str
    time_limit: str | None
    scheduler_config_id: int | None
    scheduler: Any
    sample_count: int | None
    avg_cpu_percent: float | None
    peak_cpu_percent: float | None
    avg_memory_bytes: int | None
    peak_memory_bytes: int | None


class ComputeNodeListOut(Page):
    """One page of compute nodes."""

    items: list[ComputeNodeOut]


class _ComputeNodeFields(Body):
    duration_seconds: Amount | None = None
    is_active: bool | None = None
    num_nodes: Annotated[int, Field(ge=1, le=10_000)] | None = None
    time_limit: str | None = None
    scheduler_config_id: Id | None = None
    scheduler: Any = None
    sample_count: Count | None = None
    avg_cpu_percent: Amount | None = None
    peak_cpu_percent: Amount | None = None
    avg_memory_bytes: Id | None = None
    peak_memory_bytes: Id | None = None
    tags: list[str] | None = None
    heartbeat_time: str | None = None


class ComputeNodeIn(_ComputeNodeFields):
    """A runner of a Torc client, which serves one workflow."""

    id: None = None
    workflow_id: Id
    hostname: Annotated[str, Field(min_length=1, max_length=255)]
    pid: Id
    start_time: Annotated[str, Field(max_length=64)]
    num_cpus: Annotated[int, Field(ge=0, le=2**31 - 1)]
    memory_gb: Annotated[float, Field(ge=0, le=2**30)]
    num_gpus: Count
    compute_node_type: Annotated[str, Field(max_length=64)]


class ComputeNodeChange(_ComputeNodeFields):
    """What is to change about a runner; fields that are left out stay."""

    id: Id | None = None
    workflow_id: Id | None = None
    hostname: Annotated[str, Field(min_length=1, max_length=255)] | None = None
    pid: Id | None = None
    start_time: Annotated[str, Field(max_length=64)] | None = None
    num_cpus: Count | None = None
    memory_gb: Annotated[float, Field(ge=0, le=2**30)] | None = None
    num_gpus: Count | None = None
    compute_node_type: Annotated[str, Field(max_length=64)] | None = None


class ComputeNodeListQuery(SortedQuery):
    """Which nodes: our workers, and the runners of one workflow or of all that one may see."""

    workflow_id: Id | None = None
    hostname: str | None = None
    is_active: bool | None = None
    scheduled_compute_node_id: Id | None = None


class EventOut(BaseModel):
    """One thing that happened."""

    id: int
    workflow_id: int
    timestamp: int
    data: Any


class EventListOut(Page):
    """One page of events."""

    items: list[EventOut]


class EventIn(Body):
    """A note of something that happened; `data` is an object."""

    id: None = None
    workflow_id: Id
    timestamp: Milliseconds | None = None
    data: dict[str, Any]


class EventChange(Body):
    """What is to change about an event; fields that are left out stay."""

    id: Id | None = None
    workflow_id: Id | None = None
    timestamp: Milliseconds | None = None
    data: dict[str, Any] | None = None


class EventListQuery(WorkflowListQuery):
    """Which events; the category is the `category` or the `type` in their data."""

    category: str | None = None
    after_timestamp: Id | None = None


class LogQuery(BaseModel):
    """Which part of a log; without an offset its end."""

    offset: Annotated[int, Field(ge=0, le=MAX_INT64)] | None = None
    limit: Annotated[int, Field(ge=1, le=262_144)] = 262_144


class DeletedOut(BaseModel):
    """How many rows are gone."""

    count: int
    deleted_count: int
    message: str
