"""Files and user data as clients see them."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel

from api.schemas import Body, Id, Page, WorkflowListQuery


class FileOut(BaseModel):
    """A path that jobs read or write."""

    id: int
    workflow_id: int
    name: str
    path: str
    st_mtime: float | None


class FileListOut(Page):
    """One page of files."""

    items: list[FileOut]


class FileIn(Body):
    """A new file."""

    id: None = None
    workflow_id: Id
    name: str
    path: str
    st_mtime: float | None = None


class FilesIn(Body):
    """Many new files of one workflow."""

    files: list[FileIn]


class FilesOut(BaseModel):
    """The new files, in the order of the request."""

    files: list[FileOut]


class FileChange(Body):
    """What is to change about a file; fields that are left out stay."""

    id: Id | None = None
    workflow_id: Id | None = None
    name: str | None = None
    path: str | None = None
    st_mtime: float | None = None


class FileListQuery(WorkflowListQuery):
    """Which files."""

    produced_by_job_id: Id | None = None
    name: str | None = None
    path: str | None = None
    is_output: bool | None = None


class UserDataOut(BaseModel):
    """A JSON value that jobs read or write, with the version that an edit replaces."""

    id: int
    workflow_id: int
    name: str
    is_ephemeral: bool
    version: int
    data: Any


class UserDataListOut(Page):
    """One page of user data."""

    items: list[UserDataOut]


class UserDataIn(Body):
    """A new value."""

    id: None = None
    workflow_id: Id
    name: str
    data: Any = None
    is_ephemeral: bool | None = None


class UserDataItemsIn(Body):
    """Many new values of one workflow."""

    user_data: list[UserDataIn]


class UserDataItemsOut(BaseModel):
    """The new values, in the order of the request."""

    user_data: list[UserDataOut]


class UserDataChange(Body):
    """What is to change about a value; fields that are left out stay, null data is a value."""

    id: Id | None = None
    workflow_id: Id | None = None
    name: str | None = None
    data: Any = None
    is_ephemeral: bool | None = None
    version: Id | None = None


class VersionOut(BaseModel):
    """One version of a value: when it was written, by whom, from where."""

    version: int
    is_current: bool
    changed_at: datetime
    changed_by: str
    source: Literal["spec", "page", "api", "job", "run", "restore"]
    token_name: str | None
    job_id: int | None
    result_id: int | None
    restored_version: int | None
    n_characters: int


class VersionListOut(Page):
    """The versions of a value, the present one first."""

    items: list[VersionOut]


class VersionTextOut(VersionOut):
    """One version of a value with its data."""

    data: Any


class DiffQuery(BaseModel):
    """Which two versions are compared; by default the present one with the one before it."""

    from_version: Id | None = None
    to_version: Id | None = None


class DiffLineOut(BaseModel):
    """A line of a comparison; a gap stands for equal lines that are left out."""

    kind: Literal["same", "added", "removed", "gap"]
    text: str
    old_number: int | None
    new_number: int | None


class DiffChangeOut(BaseModel):
    """What happened at one place inside the value."""

    kind: Literal["added", "removed", "changed"]
    path: str
    old: str | None
    new: str | None


class DiffOut(BaseModel):
    """How two versions of a value differ."""

    from_version: int
    to_version: int
    lines: list[DiffLineOut]
    is_cut: bool
    changes: list[DiffChangeOut]
    has_more_changes: bool


class RestoreIn(Body):
    """The version whose data is to be the newest."""

    version: Id


class UserDataListQuery(WorkflowListQuery):
    """Which user data; a name is searched for as a part of names."""

    consumer_job_id: Id | None = None
    producer_job_id: Id | None = None
    name: str | None = None
    is_ephemeral: bool | None = None
