"""Rows for tests: plain functions, every argument optional, names that never collide."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils import timezone

from accounts.models import User
from jobs.models import (
    ComputeNode,
    Event,
    FailureHandler,
    Job,
    JobFile,
    JobUserData,
    JobWait,
    PredecessorMember,
    PredecessorSet,
    ResourceRequirements,
    Result,
)
from jobs.statuses import BAD, COMPLETE, JobStatus
from userdata.models import File, UserData
from workflows.models import Workflow

_numbers = itertools.count(1)


def make_user(username: str = "", *, is_staff: bool = False, password: str = "") -> User:
    """A person; the same user name gives the same person."""
    name = username or f"user{next(_numbers)}"
    user, is_new = User.objects.get_or_create(username=name, defaults={"is_staff": is_staff})
    if is_new and password:
        user.set_password(password)
        user.save(update_fields=["password"])
    return user


def make_workflow(name: str = "", *, owner: User | None = None, **fields: Any) -> Workflow:
    """A stored workflow, not initialized, with the `default` resource requirement."""
    workflow = Workflow.objects.create(
        name=name or f"workflow{next(_numbers)}", owner=owner or make_user(), **fields
    )
    make_requirement(workflow, "default")
    return workflow


def make_started_workflow(name: str = "", **fields: Any) -> Workflow:
    """A workflow in its first run, whose ready jobs workers may take."""
    started: dict[str, Any] = {"run_id": 1, "is_started": True, "started_at": timezone.now()}
    return make_workflow(name, **(started | fields))


def make_requirement(workflow: Workflow, name: str = "", **fields: Any) -> ResourceRequirements:
    """A resource requirement of one CPU and 1 MiB, unless told otherwise."""
    return ResourceRequirements.objects.create(
        workflow=workflow, name=name or f"requirement{next(_numbers)}", **fields
    )


def make_failure_handler(
    workflow: Workflow, *, max_retries: int = 1, exit_codes: Iterable[int] = ()
) -> FailureHandler:
    """A handler with one rule; without exit codes it matches them all."""
    codes = list(exit_codes)
    rule: dict[str, Any] = {"max_retries": max_retries}
    rule |= {"exit_codes": codes} if codes else {"match_all_exit_codes": True}
    return FailureHandler.objects.create(
        workflow=workflow, name=f"handler{next(_numbers)}", rules=json.dumps([rule])
    )


def make_job(
    workflow: Workflow | None = None,
    name: str = "",
    *,
    status: JobStatus = JobStatus.UNINITIALIZED,
    depends_on: Iterable[Job] = (),
    requirements: ResourceRequirements | None = None,
    command: str = "true",
    **fields: Any,
) -> Job:
    """A job, with a predecessor set when it depends on others; counts follow their statuses."""
    workflow = workflow or make_workflow()
    job = Job.objects.create(
        workflow=workflow,
        name=name or f"job{next(_numbers)}",
        command=command,
        status=status.value,
        requirements=requirements or _default_requirement(workflow),
        **({"ready_at": timezone.now()} if status is JobStatus.READY else {}),
        **fields,
    )
    predecessors = list(depends_on)
    if predecessors:
        make_wait(job, predecessors)
    return job


def make_wait(job: Job, predecessors: Iterable[Job], *, is_explicit: bool = True) -> PredecessorSet:
    """Let `job` wait on a new set of `predecessors`."""
    members = list(predecessors)
    unfinished = [member for member in members if JobStatus(member.status) not in COMPLETE]
    bad = [member for member in members if JobStatus(member.status) in BAD]
    source = PredecessorSet.objects.create(
        workflow=job.workflow,
        is_explicit=is_explicit,
        n_remaining=len(unfinished),
        first_bad=bad[0] if bad else None,
    )
    PredecessorMember.objects.bulk_create(
        PredecessorMember(set=source, job=member) for member in members
    )
    JobWait.objects.create(job=job, set=source)
    job.n_waiting += bool(unfinished)
    job.save(update_fields=["n_waiting"])
    return source


def make_node(hostname: str = "", *, now: datetime | None = None, **fields: Any) -> ComputeNode:
    """One of our workers: online, 4 CPUs, 8 GiB, no GPU."""
    number = next(_numbers)
    moment = now or timezone.now()
    values: dict[str, Any] = {
        "uid": f"node{number}",
        "incarnation": f"incarnation{number}",
        "pid": number,
        "num_cpus": 4,
        "memory_bytes": 8 << 30,
        "started_at": moment,
        "heartbeat_at": moment,
    }
    return ComputeNode.objects.create(hostname=hostname or f"host{number}", **(values | fields))


def make_open_result(job: Job, *, node: ComputeNode | None = None, **fields: Any) -> Result:
    """An attempt that has not ended: pending, or running when `started_at` is given."""
    running = fields.get("started_at") is not None
    status = JobStatus.RUNNING if running else JobStatus.PENDING
    result = _make_result(job, node=node, status=status, **fields)
    Job.objects.filter(pk=job.pk).update(
        status=status.value, ready_at=None, n_attempts=result.attempt_id
    )
    job.refresh_from_db()
    return result


def make_result(
    job: Job,
    *,
    return_code: int = 0,
    status: JobStatus | None = None,
    node: ComputeNode | None = None,
    **fields: Any,
) -> Result:
    """An attempt that has ended, as its return code says; the job itself is not touched."""
    now = timezone.now()
    ended = {"started_at": now, "ended_at": now, "exec_seconds": 0.5} | fields
    final = status or (JobStatus.FAILED if return_code else JobStatus.COMPLETED)
    return _make_result(job, node=node, status=final, return_code=return_code, **ended)


def make_file(
    workflow: Workflow,
    name: str = "",
    *,
    path: str = "",
    inputs_of: Iterable[Job] = (),
    outputs_of: Iterable[Job] = (),
    **fields: Any,
) -> File:
    """A file, with the jobs that read and write it."""
    name = name or f"file{next(_numbers)}"
    file = File.objects.create(workflow=workflow, name=name, path=path or name, **fields)
    for jobs, is_output in ((inputs_of, False), (outputs_of, True)):
        JobFile.objects.bulk_create(
            JobFile(job=job, file=file, is_output=is_output) for job in jobs
        )
    return file


def make_user_data(
    workflow: Workflow,
    name: str = "",
    *,
    data: str = "null",
    inputs_of: Iterable[Job] = (),
    outputs_of: Iterable[Job] = (),
    **fields: Any,
) -> UserData:
    """A user data value as JSON text, with the jobs that read and write it."""
    name = name or f"data{next(_numbers)}"
    user_data = UserData.objects.create(workflow=workflow, name=name, data=data, **fields)
    for jobs, is_output in ((inputs_of, False), (outputs_of, True)):
        JobUserData.objects.bulk_create(
            JobUserData(job=job, user_data=user_data, is_output=is_output) for job in jobs
        )
    return user_data


def make_event(workflow: Workflow, event_type: str = "user_action", **data: Any) -> Event:
    """Something that happened just now."""
    timestamp = int(timezone.now().timestamp() * 1000)
    return Event.objects.create(
        workflow=workflow, timestamp=timestamp, data={"type": event_type, **data}
    )


def _default_requirement(workflow: Workflow) -> ResourceRequirements:
    requirement = ResourceRequirements.objects.filter(workflow=workflow, name="default").first()
    return requirement or make_requirement(workflow, "default")


def _make_result(job: Job, *, node: ComputeNode | None, status: JobStatus, **fields: Any) -> Result:
    number = Result.objects.filter(job=job, run_id=max(job.workflow.run_id, 1)).count() + 1
    values: dict[str, Any] = {
        "workflow": job.workflow,
        "run_id": max(job.workflow.run_id, 1),
        "attempt_id": number,
        "compute_node": node,
        "incarnation": node.incarnation if node else "",
        "opened_at": timezone.now(),
        "command": job.command,
    }
    return Result.objects.create(job=job, status=status.value, **(values | fields))
