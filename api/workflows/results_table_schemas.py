"""The table of results as clients ask for it and see it."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from api.jobs.jobs_schemas import StatusWord
from api.schemas import Id
from workflows.results.table_query import MAX_PATHS


class SweepQuery(BaseModel):
    """Which rows, which columns and in what order, named as the page of results names them."""

    q: str = ""
    status: StatusWord | None = None
    family: Id | None = None
    run: Id | None = None
    data: Annotated[list[str], Field(max_length=MAX_PATHS)] = []
    sort: str = ""
    format: Literal["json", "csv"] = "json"


class SweepRowOut(BaseModel):
    """One job with its parameters, how its last attempt ended, and what it wrote."""

    job_id: int
    job: str
    family: str
    status: str
    return_code: int | None
    exec_seconds: float | None
    peak_memory_bytes: int | None
    avg_cpu_percent: float | None
    node: str | None
    parameters: dict[str, Any]
    data: dict[str, Any]
    reason: str
