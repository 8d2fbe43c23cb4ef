"""Compute nodes as clients send and see them."""

from typing import Annotated, Any

from pydantic import BaseModel, Field

from api.schemas import Body, Id, Page, SortedQuery

Count = Annotated[int, Field(ge=0, le=2**31 - 1)]


Amount = Annotated[float, Field(ge=0, le=2**40)]


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
