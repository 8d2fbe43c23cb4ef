"""Which jobs are to run again: the failed ones, those of a filter, or those that are named."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.db.models.expressions import RawSQL

from database.sql import dumps, ids_source
from jobs.dependencies.walk import Reached
from jobs.models import Family, Job, Result
from jobs.statuses import ACTIVE, COMPLETE, ENDED_BADLY, JobStatus
from workflows.errors import Refused
from workflows.models import Workflow

RERUNNABLE = frozenset({*COMPLETE, *ACTIVE, JobStatus.PENDING_FAILED})
"""Statuses that there is something to run again in; other jobs will run anyway, or never."""
MAX_JOB_IDS = 100_000
MAX_TOLD = 20


@dataclass(frozen=True, slots=True)
class Selection:
    """Jobs that meet all that is said; if nothing is said, those that failed.

    Failed are jobs that ended badly by themselves or were canceled by a person, not those that were
    canceled because of another: these follow from it.
    """

    job_ids: tuple[int, ...] = ()
    statuses: tuple[JobStatus, ...] = ()
    family: str | None = None
    """The label of a family."""
    cause: str | None = None
    """Of the last attempt, as `Result.cause` has it."""
    name: str | None = None
    """A part of their names."""
    return_code: int | None = None
    """Of the last attempt."""

    def given(self) -> dict[str, Any]:
        """What is said, as JSON can hold it."""
        said = asdict(self) | {"statuses": [status.word for status in self.statuses]}
        return {key: value for key, value in said.items() if value not in (None, (), [])}

    def told(self) -> dict[str, Any]:
        """What is said, for a record that people read: of very many ids only the first."""
        said = self.given()
        if len(self.job_ids) > MAX_TOLD:
            said |= {"job_ids": self.job_ids[:MAX_TOLD], "n_job_ids": len(self.job_ids)}
        return said


def selected_jobs(workflow: Workflow, selection: Selection) -> list[Reached]:
    """The jobs of a workflow that a selection means and that can run again.

    Raises:
        Refused: it names a job or family that is not there, or too many jobs.
    """
    rows = Job.objects.filter(_condition(workflow, selection), workflow=workflow)
    if selection.job_ids:
        _refuse_foreign(workflow, selection.job_ids)
        rows = rows.filter(pk__in=_these(selection.job_ids))
    found = rows.with_status(*RERUNNABLE).order_by("pk")
    return [Reached(*row) for row in found.values_list("pk", "status", "family", "requirements")]


def _condition(workflow: Workflow, selection: Selection) -> Q:
    met = Q()
    if selection.statuses:
        met &= Q(status__in=[status.value for status in selection.statuses])
    elif not selection.job_ids:
        by_itself = Q(status=JobStatus.CANCELED.value, canceled_by__isnull=True)
        met &= Q(status__in=[status.value for status in ENDED_BADLY]) | by_itself
    if selection.family is not None:
        met &= Q(family__in=_family_ids(workflow, selection.family))
    if selection.name is not None:
        met &= Q(name__icontains=selection.name)
    last = {"cause": selection.cause, "return_code": selection.return_code}
    told = {name: value for name, value in last.items() if value is not None}
    if told:
        attempts = Result.objects.filter(
            job=OuterRef("pk"), run_id=workflow.run_id, attempt_id=OuterRef("n_attempts"), **told
        )
        met &= Q(Exists(attempts))
    return met


def _family_ids(workflow: Workflow, label: str) -> list[int]:
    families = Family.objects.filter(workflow=workflow, label=label)
    found = list(families.values_list("pk", flat=True))
    if not found:
        detail = f"Workflow {workflow.pk} has no family '{label[:100]}'."
        raise Refused("family_not_found", detail, kind="missing")
    return found


def _refuse_foreign(workflow: Workflow, job_ids: tuple[int, ...]) -> None:
    """Refuse ids that are none of this workflow's jobs."""
    if len(job_ids) > MAX_JOB_IDS:
        detail = f"There are {len(job_ids):,} job ids; {MAX_JOB_IDS:,} are allowed."
        raise Refused("out_of_range", detail, kind="invalid")
    known = Job.objects.filter(pk__in=_these(job_ids), workflow=workflow)
    if absent := sorted(set(job_ids).difference(known.values_list("pk", flat=True))):
        detail = f"Workflow {workflow.pk} has no job {absent[0]}."
        raise Refused("job_not_found", detail, kind="missing")


def _these(ids: Iterable[int]) -> RawSQL:
    """Ids as one parameter of a query, however many there are."""
    return RawSQL(ids_source(), [dumps(ids)])  # noqa: S611 - the SQL is ours, the ids a parameter
