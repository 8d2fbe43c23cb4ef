"""The dependencies that jobs name by id."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.utils import timezone

from jobs.dependencies import recount
from jobs.models import Job, JobWait, PredecessorMember, PredecessorSet
from workflows.creation.bulk_insert import insert, reserve_ids
from workflows.editing.known_ids import refuse_unknown
from workflows.models import Workflow


def replace_dependencies(workflow_id: int, job_id: int, depends_on_job_ids: Sequence[int]) -> None:
    """Let a job that is not initialized wait for these jobs instead of those named before.

    Runs in the caller's transaction, which holds the workflow and has seen to the job's status.

    Raises:
        Refused: an id is not one of the workflow.
    """
    refuse_unknown(Job, workflow_id, "depends_on_job_ids", depends_on_job_ids)
    old = PredecessorSet.objects.filter(is_explicit=True, waits__job=job_id)
    old_ids = list(old.values_list("pk", flat=True))
    JobWait.objects.filter(job=job_id, set__in=old_ids).delete()
    PredecessorSet.objects.filter(pk__in=old_ids, waits__isnull=True).delete()
    for set_id in add_sets(workflow_id, [depends_on_job_ids]).values():
        JobWait.objects.create(job_id=job_id, set_id=set_id)
    Workflow.objects.filter(pk=workflow_id).graph_changed()
    recount.recompute(workflow_id, timezone.now())


def set_key(job_ids: Iterable[int]) -> tuple[int, ...]:
    """Return what equal sets of predecessors have in common."""
    return tuple(sorted(set(job_ids)))


def add_sets(workflow_id: int, lists: Iterable[Sequence[int]]) -> dict[tuple[int, ...], int]:
    """Store each distinct set of predecessors once.

    Args:
        workflow_id: the workflow.
        lists: ids of the predecessors of each job.

    Returns:
        `set_key` of a list -> the id of its set; an empty list has none.
    """
    keys = list(dict.fromkeys(key for job_ids in lists if (key := set_key(job_ids))))
    ids = dict(zip(keys, reserve_ids(PredecessorSet, len(keys)), strict=True))
    insert(
        PredecessorSet,
        ("id", "workflow_id", "is_explicit", "n_remaining"),
        ((set_id, workflow_id, True, len(key)) for key, set_id in ids.items()),
    )
    members = ((set_id, job_id) for key, set_id in ids.items() for job_id in key)
    insert(PredecessorMember, ("set_id", "job_id"), members)
    return ids
