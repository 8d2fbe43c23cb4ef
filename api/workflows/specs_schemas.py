"""Specs as clients send them, and what they stand for."""

from typing import Annotated

from pydantic import BaseModel, Field

from api.schemas import Body
from api.workflows.workflows_schemas import WorkflowOut

ShortText = Annotated[str, Field(max_length=255)]


class SpecIn(Body):
    """A whole workflow as a spec."""

    spec: str
    format: str | None = None
    submission_directory: str | None = None
    user: ShortText | None = None


class FamilyOut(BaseModel):
    """The jobs that one entry of a spec stands for."""

    label: str
    n_jobs: int


class AskedOut(BaseModel):
    """What the jobs that have a runtime limit may use at most, and how many have none."""

    cpu_hours: float
    gpu_hours: float
    memory_gib_hours: float
    n_jobs_without_limit: int


class SpecCountsOut(BaseModel):
    """What a spec stands for."""

    name: str
    n_jobs: int
    n_families: int
    n_edges: int
    n_ready: int
    n_files: int
    n_user_data: int
    n_resource_requirements: int
    asked: AskedOut
    families: list[FamilyOut]
    warnings: list[str]


class CreatedOut(WorkflowOut):
    """A workflow that was made from a spec, and what the spec stood for."""

    counts: SpecCountsOut
