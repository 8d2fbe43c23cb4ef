"""Running some jobs again within the present run of their workflow, step by step."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone

from accounts.audit import Caller, Trail, leave_entry
from accounts.models import AuditEntry
from jobs.dependencies import recount
from jobs.scheduling.open_attempts import OpenedAttempt
from jobs.statuses import RERUNNABLE, JobStatus
from specification.texts.counts import agree, counted
from workflows import stop_attempts
from workflows.errors import Refused
from workflows.lifecycle import lifecycle
from workflows.lifecycle.never_run import jobs_of, reset_to
from workflows.lifecycle.required_inputs import check_inputs, see_inputs
from workflows.lock import change_to, changing, locked, note
from workflows.models import Workflow
from workflows.rerun.options import RerunOptions
from workflows.rerun.preview import RerunPlan, RerunPreview, plan_rerun
from workflows.rerun.resource_change import change_requirements
from workflows.rerun.selection import Selection
from workflows.rerun.wording import selection_in_words

VERB = "rerun_jobs"
"""What the audit calls it."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the audit keeps of a rerun."""

    summary: dict[str, Any]
    audit_id: int | None
    opened: list[OpenedAttempt] = field(default_factory=list)
    """To be published after the commit."""


@dataclass(frozen=True, slots=True)
class Rerun:
    """A rerun that has been done."""

    preview: RerunPreview
    """What was done, counted before it was done."""
    is_active: bool
    """Workers may take the jobs now."""
    receipt: Receipt


def rerun(
    workflow: Workflow,
    selection: Selection,
    options: RerunOptions,
    *,
    caller: Caller,
    expected: str | None = None,
) -> Rerun:
    """Make jobs run again within the present run; attempts are kept, retries are counted anew.

    Args:
        workflow: the workflow, not locked.
        selection: which jobs.
        options: what to do with them and with the jobs around them.
        caller: who wants it, for the audit.
        expected: the fingerprint of the preview that was agreed to.

    Raises:
        Refused: there is nothing to run again, jobs among them run, an input is missing, the
            workflow is archived, or it would not do any more what the preview said.
    """
    _check_inputs(workflow, options)
    with changing(workflow.pk) as held:
        return _rerun(held, selection, options, caller, Trail(VERB, workflow.pk), expected)


def rerun_once(
    workflow: Workflow,
    selection: Selection,
    options: RerunOptions,
    *,
    caller: Caller,
    expected: str,
    key: str,
) -> Receipt:
    """Do what `rerun` does, or nothing if a request with this key has done it already.

    Args:
        workflow: the workflow, not locked.
        selection: which jobs.
        options: what to do with them and with the jobs around them.
        caller: who wants it, for the audit.
        expected: the fingerprint of the preview that was agreed to.
        key: a random text that a page sends along, however often its button is pressed.
    """
    if receipt := _earlier_receipt(workflow.pk, caller, key):
        return receipt
    _check_inputs(workflow, options)
    with locked(workflow.pk) as held:
        # Of two that came at the same time, the second has waited for the lock until now.
        if receipt := _earlier_receipt(workflow.pk, caller, key):
            return receipt
        with change_to(held):
            trail = Trail(VERB, workflow.pk, summary={"key": key})
            return _rerun(held, selection, options, caller, trail, expected).receipt


def _check_inputs(workflow: Workflow, options: RerunOptions) -> None:
    """Refuse a rerun that would fail for want of an input; looks at files, so nothing is locked."""
    if not (options.force or workflow.is_archived):
        check_inputs(workflow, see_inputs(workflow, with_outputs=False), with_outputs=False)


def _earlier_receipt(workflow_id: int, caller: Caller, key: str) -> Receipt | None:
    if not key:
        return None
    entries = AuditEntry.objects.by(caller.actor).on_workflow(workflow_id)
    entry = entries.filter(verb=VERB, summary__key=key).first()
    return Receipt(entry.summary, entry.pk) if entry else None


def _rerun(
    workflow: Workflow,
    selection: Selection,
    options: RerunOptions,
    caller: Caller,
    trail: Trail,
    expected: str | None,
) -> Rerun:
    """Do a rerun in the transaction that holds the workflow."""
    plan = plan_rerun(workflow, selection, options)
    preview = plan.preview
    _refuse(workflow, selection, preview, expected, force=options.force)
    _apply(workflow, plan, options, timezone.now())
    by = caller.actor.username
    note(workflow, "jobs_rerun", by, n_jobs=preview.n_jobs, selection=selection.recorded())
    opened = lifecycle.start(workflow.pk, force=True, by=by) if options.starts else []
    workflow.refresh_from_db(fields=["is_started", "ended_at"])
    trail.add(**_summary(preview, selection, options), is_active=workflow.is_active)
    leave_entry(caller, trail)
    return Rerun(preview, workflow.is_active, Receipt(trail.summary, trail.entry_id, opened))


def _summary(preview: RerunPreview, selection: Selection, options: RerunOptions) -> dict[str, Any]:
    names = ("n_selected", "n_upstream", "n_downstream", "n_running")
    return {
        **{name: getattr(preview, name) for name in names},
        "n_files": preview.files.n,
        "n_user_data": preview.user_data.n,
        "selection": selection.recorded(),
        "change": options.change.values(),
    }


def _refuse(
    workflow: Workflow,
    selection: Selection,
    preview: RerunPreview,
    expected: str | None,
    *,
    force: bool,
) -> None:
    n_jobs, n_running = preview.n_jobs, preview.n_running
    if expected is not None and expected != preview.fingerprint:
        raise Refused(
            "preview_outdated",
            "The workflow has changed since the preview, so the rerun would do something else: "
            f"it would now reset {counted(n_jobs, 'job')}.",
            hint="Look at the preview again.",
        )
    if not n_jobs:
        _refuse_nothing(workflow, selection, preview.n_held_back)
    if n_running and not force:
        raise Refused(
            "jobs_active",
            f"{counted(n_running, 'job')} among those to run again "
            f"{agree(n_running, 'runs', 'run')} now, such as '{preview.running[0]}'.",
            hint=f"Wait until {agree(n_running, 'it has', 'they have')} ended, or cancel "
            f"{agree(n_running, 'it', 'them')} with --force.",
        )


def _refuse_nothing(workflow: Workflow, selection: Selection, n_held_back: int) -> None:
    if n_held_back:
        raise Refused(
            "nothing_to_rerun",
            f"{counted(n_held_back, 'job')} would be canceled again at once: "
            f"{agree(n_held_back, 'it waits', 'they wait')} for jobs that ended badly and do not "
            "run again.",
            hint="Run the jobs they wait for again too: --upstream.",
        )
    if not selection.job_ids and RERUNNABLE.issuperset(selection.statuses):
        raise Refused(
            "nothing_to_rerun",
            f"Workflow {workflow.pk} has no jobs {selection_in_words(selection)}.",
            hint="To run jobs again that completed, choose them with --status completed."
            if not selection.statuses
            else "`torc jobs list` shows the status of each job.",
        )
    raise Refused(
        "nothing_to_rerun",
        "None of the selected jobs has run, so there is nothing to run again.",
        hint="`torc jobs list` shows the status of each job.",
    )


def _apply(workflow: Workflow, plan: RerunPlan, options: RerunOptions, now: datetime) -> None:
    if running_ids := plan.rerun.running_ids:
        stop_attempts.stop_attempts(workflow.pk, now, running_ids)
    if options.change:
        by_requirements: defaultdict[int, list[int]] = defaultdict(list)
        for job in plan.rerun.selected:
            by_requirements[job.requirements_id].append(job.job_id)
        change_requirements(plan.requirements, by_requirements, options.change)
    reset_to(JobStatus.BLOCKED, jobs_of(workflow.pk, plan.rerun.ids))
    if not workflow.is_active or workflow.is_canceled:
        workflow.forget_start()
    recount.recompute(workflow.pk, now)
