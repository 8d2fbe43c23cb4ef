"""Failure handlers as clients send and see them."""

from pydantic import BaseModel

from api.schemas import Body, Id, Page


class FailureHandlerOut(BaseModel):
    """Rules that say which failures are tried again."""

    id: int
    workflow_id: int
    name: str
    rules: str


class FailureHandlerIn(Body):
    """A new failure handler; its rules are the JSON text of a list."""

    id: None = None
    workflow_id: Id
    name: str
    rules: str


class FailureHandlerListOut(Page):
    """One page of failure handlers."""

    items: list[FailureHandlerOut]
