"""What request bodies, parameters and answers of all routes are made of."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from specification.texts.counts import counted

MAX_LIMIT = 10_000
DEFAULT_LIMIT = 1_000
MAX_INT64 = 2**63 - 1

Id = Annotated[int, Field(ge=-MAX_INT64 - 1, le=MAX_INT64)]
Fields = dict[str, Any]


class Body(BaseModel):
    """What clients send: a string is no number, and an unknown field is an error."""

    model_config = ConfigDict(extra="forbid", strict=True)

    def given(self, *names: str) -> dict[str, Any]:
        """Return those of the named fields that were sent, null ones too."""
        return {name: getattr(self, name) for name in names if name in self.model_fields_set}


class PageQuery(BaseModel):
    """Which part of a list is wanted."""

    offset: Annotated[int, Field(ge=0, le=MAX_INT64)] = 0
    limit: Annotated[int, Field(ge=1, le=MAX_LIMIT)] = DEFAULT_LIMIT


class SortedQuery(PageQuery):
    """Which part of a list is wanted, and in which order."""

    sort_by: str | None = None
    reverse_sort: bool = False


class WorkflowListQuery(SortedQuery):
    """A list of what belongs to one workflow."""

    workflow_id: Id


class Page(BaseModel):
    """Torc's list envelope, for the documentation."""

    offset: int
    max_limit: int
    count: int
    total_count: int
    has_more: bool


class DeletedOut(BaseModel):
    """How many rows were deleted."""

    count: int
    deleted_count: int
    message: str


def deleted_fields(n_rows: int, noun: str, plural: str | None = None) -> Fields:
    """Return the fields of `DeletedOut`.

    Args:
        n_rows: how many were deleted.
        noun: what one of them is called.
        plural: where it is not the noun with an s.
    """
    message = f"Deleted {counted(n_rows, noun, plural)}."
    return {"count": n_rows, "deleted_count": n_rows, "message": message}
