"""Running whole workflows without processes: jobs write what they declare and end well."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from django.utils import timezone

from jobs.models import Job, JobUserData
from jobs.recording.store import StartedAttempt, store_batch
from jobs.scheduling.attempts import AttemptPlan, Outcome, load_open_attempts
from jobs.scheduling.open_attempts import OpenedAttempt
from jobs.statuses import JobStatus
from specification.compile import plan_workflow
from tests import factories
from userdata.history import Author
from userdata.models import Source
from workflows.creation import create
from workflows.editing.user_data import revise
from workflows.lifecycle import lifecycle
from workflows.models import Workflow

PIPELINE = """
name: pipeline
jobs:
  - name: prepare
    command: prepare ${files.input.raw} ${user_data.input.config} > ${files.output.clean}
  - name: train_{i}
    command: train ${files.input.clean} ${user_data.output.result_{i}}
    parameters: {i: "1:3"}
  - name: report
    command: report ${user_data.input.result_$i}
  - name: alone
    command: alone ${user_data.input.other}
files:
  - {name: raw, path: raw.csv}
  - {name: clean, path: clean.csv}
user_data:
  - {name: config, data: {rate: 1}}
  - {name: other, data: 1}
"""


def pipeline(folder: Path) -> Workflow:
    """A workflow of six jobs, whose inputs are there; nothing of it has run."""
    (folder / "raw.csv").write_text("raw")
    os.utime(folder / "raw.csv", (1_000, 1_000))
    workflow = create.create_workflow(
        plan_workflow(PIPELINE), owner=factories.make_user(), submission_directory=str(folder)
    )
    factories.make_node(num_cpus=64)
    return workflow


def run(workflow: Workflow, *, fails: Iterable[str] = (), opened: list[OpenedAttempt]) -> list[str]:
    """Let attempts run, and those that they open, until none is left; the names that ran."""
    ran: list[str] = []
    while opened:
        plans = load_open_attempts(attempt.plan.result_id for attempt in opened)
        now = timezone.now()
        store_batch([StartedAttempt(plan.result_id, workflow.pk, now) for plan in plans], [], now)
        ended = [end(plan, is_good=plan.job_name not in fails) for plan in plans]
        opened = store_batch([], ended, timezone.now()).opened
        ran += [plan.job_name for plan in plans]
    workflow.refresh_from_db()
    return ran


def run_all(workflow: Workflow, *, fails: Iterable[str] = ()) -> list[str]:
    """Start the workflow, and run it to its end."""
    return run(workflow, fails=fails, opened=lifecycle.start(workflow.pk))


def end(plan: AttemptPlan, *, is_good: bool = True) -> Outcome:
    """Write what the job declares, and say how it ended."""
    mtimes = []
    for output in plan.outputs if is_good else ():
        path = Path(plan.submission_directory or "/") / output.path
        path.write_text(f"by attempt {plan.result_id}")
        mtimes.append((output.file_id, path.stat().st_mtime))
    links = JobUserData.objects.filter(job=plan.job_id, is_output=True)
    for link in links.select_related("user_data") if is_good else ():
        author = Author(f"job {plan.job_name}", Source.JOB, result_id=plan.result_id)
        revise(link.user_data, {"data": f'"{plan.job_name}"'}, author)
    status = JobStatus.COMPLETED if is_good else JobStatus.FAILED
    now = timezone.now()
    code = 0 if is_good else 1
    return Outcome(plan, status, code, "", now, now, output_mtimes=tuple(mtimes))


def words(workflow: Workflow) -> dict[str, str]:
    """Job name -> status word."""
    rows = Job.objects.filter(workflow=workflow.pk).values_list("name", "status")
    return {name: JobStatus(status).word for name, status in rows}
