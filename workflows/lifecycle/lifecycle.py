"""All that a person does with a whole workflow, or with one job of it; each in its module."""

from workflows.lifecycle.archive import archive
from workflows.lifecycle.cancel import cancel, cancel_job
from workflows.lifecycle.delete import delete
from workflows.lifecycle.initialize import Initialized, initialize
from workflows.lifecycle.reset import reset_jobs, reset_status
from workflows.lifecycle.start import start

__all__ = [
    "Initialized",
    "archive",
    "cancel",
    "cancel_job",
    "delete",
    "initialize",
    "reset_jobs",
    "reset_status",
    "start",
]
