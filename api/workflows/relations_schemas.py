"""Which jobs wait for each other, and which read and write the same data."""

from pydantic import BaseModel

from api.schemas import Page


class JobIdsOut(BaseModel):
    """The ids of all jobs."""

    job_ids: list[int]
    count: int


class DependencyOut(BaseModel):
    """One job waits for another."""

    job_id: int
    job_name: str
    depends_on_job_id: int
    depends_on_job_name: str
    workflow_id: int


class DependencyListOut(Page):
    """One page of dependencies."""

    items: list[DependencyOut]


class FileRelationshipOut(BaseModel):
    """Who writes a file, and who reads it."""

    file_id: int
    file_name: str
    file_path: str
    producer_job_id: int | None
    producer_job_name: str | None
    consumer_job_id: int | None
    consumer_job_name: str | None
    workflow_id: int


class FileRelationshipListOut(Page):
    """One page of files with writers and readers."""

    items: list[FileRelationshipOut]


class UserDataRelationshipOut(BaseModel):
    """Who writes a value, and who reads it."""

    user_data_id: int
    user_data_name: str
    producer_job_id: int | None
    producer_job_name: str | None
    consumer_job_id: int | None
    consumer_job_name: str | None
    workflow_id: int


class UserDataRelationshipListOut(Page):
    """One page of user data with writers and readers."""

    items: list[UserDataRelationshipOut]
