"""Running some jobs of a run again, or the whole workflow in a new run."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from jobs.dependencies import recount
from jobs.models import Result
from jobs.scheduling.open_attempts import OpenedAttempt
from jobs.statuses import JobStatus
from workflows import stop_attempts
from workflows.errors import Refused
from workflows.lifecycle import lifecycle
from workflows.lifecycle.never_run import jobs_of, reset_to
from workflows.lifecycle.required_inputs import check_inputs, see_inputs
from workflows.lock import changing, note, refuse_archived
from workflows.models import Workflow
from workflows.rerun.preview import Plan, RerunOptions, RerunPreview, foresee
from workflows.rerun.resource_change import change_requirements
from workflows.rerun.selection import Selection


@dataclass(frozen=True, slots=True)
class Rerun:
    """The receipt of a rerun."""

    done: RerunPreview
    """What was done, in the words of the preview."""
    selection: Selection
    options: RerunOptions
    is_active: bool
    """Workers may take the jobs now."""
    opened: list[OpenedAttempt]
    """To be published after the commit."""

    @property
    def n_jobs(self) -> int:
        """How many jobs will run again."""
        return self.done.n_jobs

    @property
    def summary(self) -> dict[str, Any]:
        """What the audit keeps of it."""
        names = ("n_selected", "n_upstream", "n_downstream", "n_running")
        return {
            **{name: getattr(self.done, name) for name in names},
            "n_files": self.done.files.n,
            "n_user_data": self.done.user_data.n,
            "selection": self.selection.told(),
            "change": self.options.change.given(),
            "is_active": self.is_active,
        }


def preview(
    workflow: Workflow, selection: Selection | None = None, options: RerunOptions | None = None
) -> RerunPreview:
    """What `rerun` would do; nothing is changed.

    Raises:
        Refused: the selection or the change is not possible, dependencies have to be made anew,
            or it is archived.
    """
    refuse_archived(workflow)
    return foresee(workflow, selection or Selection(), options or RerunOptions()).preview


def check_rerun(workflow_id: int) -> None:
    """Refuse a rerun that would fail for want of an input; looks at files, so hold nothing.

    Raises:
        Refused: an input that no job writes is missing.
    """
    workflow = Workflow.objects.filter(pk=workflow_id, is_stored=True).first()
    if workflow is not None and not workflow.is_archived:
        check_inputs(workflow, see_inputs(workflow, with_outputs=False), with_outputs=False)


def rerun(
    workflow_id: int,
    selection: Selection | None = None,
    options: RerunOptions | None = None,
    *,
    by: str,
    expected: str | None = None,
) -> Rerun:
    """Make jobs run again within the present run; attempts are kept, retries begin anew.

    Args:
        workflow_id: the workflow.
        selection: which jobs; the failed ones unless told.
        options: what to do with them and with the jobs around them.
        by: who asked.
        expected: the fingerprint of the preview that was agreed to.

    Raises:
        Refused: there is nothing to run again, jobs among them run, it is archived, or it would
            not do any more what the preview said.
    """
    chosen, wanted = selection or Selection(), options or RerunOptions()
    with changing(workflow_id) as workflow:
        plan = _agreed(workflow, chosen, wanted, expected)
        _apply(workflow, plan, wanted, timezone.now())
        done = plan.preview
        note(workflow, "jobs_rerun", by, n_jobs=done.n_jobs, selection=chosen.told())
        opened = lifecycle.start(workflow_id, force=True, by=by) if wanted.starts else []
        workflow.refresh_from_db(fields=["is_started", "ended_at"])
    return Rerun(done, chosen, wanted, workflow.is_active, opened)


def _agreed(
    workflow: Workflow, selection: Selection, options: RerunOptions, expected: str | None
) -> Plan:
    """What is to be done, unless something is in the way of it."""
    plan = foresee(workflow, selection, options)
    _refuse(plan, expected, force=options.force)
    return plan


def rerun_all(workflow_id: int, *, starts: bool, by: str) -> tuple[int, list[OpenedAttempt]]:
    """Begin a new run with every job; (how many were reset, what is to be published).

    Raises:
        Refused: archived, or an input is missing.
    """
    with changing(workflow_id) as workflow:
        if workflow.is_canceled:
            lifecycle.reset_status(workflow_id, force=True, by=by)
        is_running = Result.objects.open().filter(workflow=workflow_id).exists()
        n_jobs = lifecycle.reset_jobs(workflow_id, failed_only=False, force=True, by=by)
        # What still runs was told to end above; without it missing inputs are refused.
        lifecycle.initialize(workflow_id, force=is_running, by=by)
        opened = lifecycle.start(workflow_id, by=by) if starts else []
    return n_jobs, opened


def _refuse(plan: Plan, expected: str | None, *, force: bool) -> None:
    done = plan.preview
    if expected is not None and expected != done.fingerprint:
        raise Refused(
            "preview_outdated",
            "The workflow has changed since the preview, so the rerun would do something else: "
            f"it would now reset {_jobs(done.n_jobs)}.",
            hint="Look at the preview again.",
        )
    if not done.n_jobs:
        _refuse_nothing(done)
    if done.n_running and not force:
        raise Refused(
            "jobs_active",
            f"{_jobs(done.n_running)} among those to run again {_run(done.n_running)} now, such as "
            f"'{done.running[0]}'.",
            hint="Wait for the end, or let --force cancel what runs.",
        )


def _refuse_nothing(done: RerunPreview) -> None:
    if done.n_held_back:
        raise Refused(
            "nothing_to_rerun",
            f"{_jobs(done.n_held_back)} would be canceled again at once: what went before ended "
            "badly and is not run again.",
            hint="Run the jobs they wait for again too: --upstream.",
        )
    raise Refused(
        "nothing_to_rerun",
        "No job that has ended is meant, so there is nothing to run again.",
        hint="`torc jobs list` shows the status of each job.",
    )


def _jobs(count: int) -> str:
    return "1 job" if count == 1 else f"{count:,} jobs"


def _run(count: int) -> str:
    return "runs" if count == 1 else "run"


def _apply(workflow: Workflow, plan: Plan, options: RerunOptions, now: datetime) -> None:
    if running_ids := plan.parts.running_ids:
        stop_attempts.stop_attempts(workflow.pk, now, running_ids)
    if options.change:
        by_requirements: defaultdict[int, list[int]] = defaultdict(list)
        for one in plan.parts.selected:
            by_requirements[one.requirements_id].append(one.job_id)
        change_requirements(plan.requirements, by_requirements, options.change)
    reset_to(JobStatus.BLOCKED, jobs_of(workflow.pk, [job.job_id for job in plan.parts.jobs]))
    if not workflow.is_active or workflow.is_canceled:
        workflow.forget_start()
    recount.recompute(workflow.pk, now)
