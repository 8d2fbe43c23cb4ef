"""Resource requirements as clients send and see them."""

from typing import Annotated

from pydantic import BaseModel, Field

from api.schemas import Body, Id, Page, WorkflowListQuery


class RequirementsOut(BaseModel):
    """What a job needs of a node."""

    id: int
    workflow_id: int
    name: str
    num_cpus: int
    num_gpus: int
    num_nodes: int
    memory: str
    runtime: str
    tags: list[str]


class RequirementsListOut(Page):
    """One page of resource requirements."""

    items: list[RequirementsOut]


class _RequirementsFields(Body):
    num_cpus: Annotated[int, Field(ge=1, le=100_000)] | None = None
    num_gpus: Annotated[int, Field(ge=0, le=64)] | None = None
    num_nodes: Annotated[int, Field(ge=1, le=10_000)] | None = None
    memory: str | None = None
    runtime: str | None = None
    tags: Annotated[list[str], Field(max_length=20)] | None = None


class RequirementsIn(_RequirementsFields):
    """New resource requirements."""

    id: None = None
    workflow_id: Id
    name: str


class RequirementsChange(_RequirementsFields):
    """What is to change about resource requirements; fields that are left out stay."""

    id: Id | None = None
    workflow_id: Id | None = None
    name: str | None = None


class RequirementsListQuery(WorkflowListQuery):
    """Which resource requirements."""

    job_id: Id | None = None
    name: str | None = None
    memory: str | None = None
    num_cpus: Id | None = None
    num_gpus: Id | None = None
    num_nodes: Id | None = None
    runtime: str | None = None
