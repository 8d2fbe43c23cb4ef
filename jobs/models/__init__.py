"""Rows of the engine: jobs, what they wait for, where they run and how they ended."""

from jobs.models.events import Event
from jobs.models.graph import Family, FamilyEdge, JobWait, PredecessorMember, PredecessorSet
from jobs.models.job import (
    DEFAULT_REQUIREMENT,
    FailureHandler,
    Job,
    JobFile,
    JobUserData,
    ResourceRequirements,
)
from jobs.models.node import SILENT_AFTER, ComputeNode, Lease
from jobs.models.result import LogTail, Result

__all__ = [
    "DEFAULT_REQUIREMENT",
    "SILENT_AFTER",
    "ComputeNode",
    "Event",
    "FailureHandler",
    "Family",
    "FamilyEdge",
    "Job",
    "JobFile",
    "JobUserData",
    "JobWait",
    "Lease",
    "LogTail",
    "PredecessorMember",
    "PredecessorSet",
    "ResourceRequirements",
    "Result",
]
