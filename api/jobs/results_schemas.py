"""Results and logs as clients send and see them."""

from typing import Annotated

from pydantic import BaseModel, Field

from api.jobs.jobs_schemas import StatusWord
from api.schemas import MAX_INT64, Id, Page, WorkflowListQuery


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


class LogQuery(BaseModel):
    """Which part of a log; without an offset its end."""

    offset: Annotated[int, Field(ge=0, le=MAX_INT64)] | None = None
    limit: Annotated[int, Field(ge=1, le=262_144)] = 262_144
