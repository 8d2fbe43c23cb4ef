"""Events as clients send and see them."""

from typing import Annotated, Any

from pydantic import BaseModel, Field

from api.schemas import MAX_INT64, Body, Id, Page, WorkflowListQuery

Milliseconds = Annotated[int, Field(ge=0, le=MAX_INT64)]


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
