"""Which jobs are to run again: those that a selection means, and those around them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.db.models.expressions import RawSQL

from database.sql import dumps, ids_source
from jobs.dependencies.walk import Reached, followers, forerunners, held_back
from jobs.models import Family, Job, Result
from jobs.statuses import ACTIVE, ENDED_BADLY, RERUNNABLE, JobStatus
from workflows.errors import Refused
from workflows.models import Workflow
from workflows.rerun.options import RerunOptions

MAX_JOB_IDS = 100_000
MAX_IDS_IN_RECORDS = 20


@dataclass(frozen=True, slots=True)
class Selection:
    """Jobs that meet all criteria; without any criterion, those that failed.

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

    def criteria(self) -> dict[str, Any]:
        """Return the criteria that are set, as JSON can hold them."""
        values = asdict(self) | {"statuses": [status.word for status in self.statuses]}
        return {name: value for name, value in values.items() if value not in (None, (), [])}

    def recorded(self) -> dict[str, Any]:
        """Return the criteria for events and the audit: of very many ids only the first."""
        criteria = self.criteria()
        if len(self.job_ids) > MAX_IDS_IN_RECORDS:
            listed = self.job_ids[:MAX_IDS_IN_RECORDS]
            criteria |= {"job_ids": listed, "n_job_ids": len(self.job_ids)}
        return criteria


@dataclass(slots=True)
class JobsToRerun:
    """The jobs that run again, by the reason why."""

    selected: list[Reached]
    upstream: list[Reached] = field(default_factory=list)
    downstream: list[Reached] = field(default_factory=list)
    n_held_back: int = 0
    """Jobs that were left out, because a job that does not run again ended badly."""

    @property
    def jobs(self) -> list[Reached]:
        """Return all of them."""
        return [*self.selected, *self.upstream, *self.downstream]

    @property
    def ids(self) -> list[int]:
        """Return the ids of all of them."""
        return [job.job_id for job in self.jobs]

    @property
    def running_ids(self) -> list[int]:
        """Return the ids of those that are pending or running now."""
        return [job.job_id for job in self.jobs if job.status in ACTIVE]

    def leave_out(self, job_ids: set[int]) -> None:
        """Remove the jobs that another failure holds back."""
        self.n_held_back = len(job_ids)
        if job_ids:
            self.selected = [job for job in self.selected if job.job_id not in job_ids]
            self.upstream = [job for job in self.upstream if job.job_id not in job_ids]
            self.downstream = [job for job in self.downstream if job.job_id not in job_ids]


def jobs_to_rerun(workflow: Workflow, selection: Selection, options: RerunOptions) -> JobsToRerun:
    """Return the jobs that a selection means, and those around them that run again too.

    Raises:
        Refused: the selection names a job or family that is not there, or too many jobs.
    """
    rerun = JobsToRerun(selected_jobs(workflow, selection))
    ids = {job.job_id for job in rerun.selected}
    if options.with_upstream and ids:
        rerun.upstream = _added(forerunners(ids), ids)
    if options.with_downstream and ids:
        rerun.downstream = _added(followers(ids), ids)
    rerun.leave_out(held_back(workflow.pk, ids) if ids else set())
    return rerun


def _added(reached: Sequence[Reached], ids: set[int]) -> list[Reached]:
    """Return, by id, the jobs that can run again and are not yet among `ids`; add them there."""
    new = [job for job in reached if job.job_id not in ids and job.status in RERUNNABLE]
    ids.update(job.job_id for job in new)
    return sorted(new)


def selected_jobs(workflow: Workflow, selection: Selection) -> list[Reached]:
    """Return the jobs of a workflow that a selection means and that can run again, by id.

    Raises:
        Refused: it names a job or family that is not there, or too many jobs.
    """
    rows = Job.objects.filter(_condition(workflow, selection), workflow=workflow)
    if selection.job_ids:
        _refuse_unknown(workflow, selection.job_ids)
        rows = rows.filter(pk__in=_id_list(selection.job_ids))
    rows = rows.with_status(*RERUNNABLE).order_by("pk")
    return [Reached(*row) for row in rows.values_list("pk", "status", "family", "requirements")]


def _condition(workflow: Workflow, selection: Selection) -> Q:
    condition = Q()
    if selection.statuses:
        condition &= Q(status__in=[status.value for status in selection.statuses])
    elif not selection.job_ids:
        by_itself = Q(status=JobStatus.CANCELED.value, canceled_by__isnull=True)
        condition &= Q(status__in=[status.value for status in ENDED_BADLY]) | by_itself
    if selection.family is not None:
        condition &= Q(family__in=_family_ids(workflow, selection.family))
    if selection.name is not None:
        condition &= Q(name__icontains=selection.name)
    last: dict[str, Any] = {"cause": selection.cause, "return_code": selection.return_code}
    last = {name: value for name, value in last.items() if value is not None}
    if last:
        attempts = Result.objects.filter(
            job=OuterRef("pk"), run_id=workflow.run_id, attempt_id=OuterRef("n_attempts"), **last
        )
        condition &= Q(Exists(attempts))
    return condition


def _family_ids(workflow: Workflow, label: str) -> list[int]:
    families = Family.objects.filter(workflow=workflow, label=label)
    ids = list(families.values_list("pk", flat=True))
    if not ids:
        detail = f"Workflow {workflow.pk} has no family '{label[:100]}'."
        raise Refused("family_not_found", detail, kind="missing")
    return ids


def _refuse_unknown(workflow: Workflow, job_ids: tuple[int, ...]) -> None:
    """Refuse ids of jobs that the workflow does not have, and too many ids."""
    if len(job_ids) > MAX_JOB_IDS:
        detail = f"There are {len(job_ids):,} job ids; {MAX_JOB_IDS:,} are allowed."
        raise Refused("out_of_range", detail, kind="invalid")
    known = Job.objects.filter(pk__in=_id_list(job_ids), workflow=workflow)
    if absent := sorted(set(job_ids).difference(known.values_list("pk", flat=True))):
        detail = f"Workflow {workflow.pk} has no job {absent[0]}."
        raise Refused("job_not_found", detail, kind="missing")


def _id_list(ids: Iterable[int]) -> RawSQL:
    """Return ids as one parameter of a query, however many there are."""
    return RawSQL(ids_source(), [dumps(ids)])  # noqa: S611 - the SQL is ours, the ids a parameter
