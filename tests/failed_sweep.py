"""A sweep of 5,000 jobs of which a part has failed in the night, for three causes, as rows."""

import random
from collections.abc import Callable, Iterable
from datetime import timedelta
from pathlib import Path
from secrets import token_hex
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from jobs.dependencies.count_down import settle
from jobs.models import ComputeNode, Job, LogTail, Result
from jobs.recording.causes import cause_of
from jobs.statuses import JobStatus
from specification.compile import plan_workflow
from tests.factories import make_node
from userdata.models import UserData
from workflows.creation.create import create_workflow
from workflows.lifecycle import lifecycle
from workflows.models import Workflow

N_SEEDS = 500
N_MEMORY, N_NAN, N_DISK = 203, 58, 6
SPEC = f"""\
name: lr_sweep
description: Learning rates and seeds of the small model, each evaluated on the held-out set
jobs:
  - name: prepare
    command: ./work --shards 8
    resource_requirements: small
  - name: train_lr{{lr}}_seed{{seed}}
    command: ./work --train --lr {{lr}} --seed {{seed}}
    depends_on: [prepare]
    resource_requirements: training
    parameters: {{lr: "[0.001,0.003,0.01,0.03,0.1]", seed: "1:{N_SEEDS}"}}
  - name: evaluate_lr{{lr}}_seed{{seed}}
    command: ./work --evaluate --lr {{lr}} --seed {{seed}}
    depends_on: ["train_lr{{lr}}_seed{{seed}}"]
    resource_requirements: small
    parameters: {{lr: "[0.001,0.003,0.01,0.03,0.1]", seed: "1:{N_SEEDS}"}}
  - name: report
    command: ./work --report ${{user_data.input.splits}}
    depends_on_regexes: ["evaluate_.*"]
    resource_requirements: small
user_data:
  - {{name: splits, data: {{train: 0.8, held_out: 0.2, classes: [cat, dog, bird]}}}}
resource_requirements:
  - {{name: small, num_cpus: 1, memory: 64m, runtime: PT10M}}
  - {{name: training, num_cpus: 1, memory: 256m, runtime: PT2H}}
"""
MEMORY_ERROR = "epoch 3: loss 0.{n}\ntorch.OutOfMemoryError: tried to allocate {n} MiB\n"
NAN_ERROR = """\
Traceback (most recent call last):
  File "/home/ann/sweep/evaluate.py", line 88, in main
    raise ValueError(f"loss is {{loss}} at step {{step}}")
ValueError: loss is nan at step {n}
"""
DISK_ERROR = "OSError: [Errno 5] Input/output error: '/scratch/ann/run_{n}/model.pt'\n"


class End(NamedTuple):
    """How a job of the night has ended."""

    status: JobStatus
    return_code: int = 0
    kill_reason: str = ""
    stderr: str = ""


GOOD = End(JobStatus.COMPLETED)


def store(folder: str) -> int:
    """Write the sweep as it was found in the morning, and return the id of the workflow.

    Args:
        folder: where its jobs run when they are run again; then all of them succeed.
    """
    work = Path(folder) / "work"
    work.write_text("#!/bin/sh\necho done\n")
    work.chmod(0o755)
    owner = User.objects.earliest("pk")
    plan = plan_workflow(SPEC)
    workflow = create_workflow(plan, owner=owner, spec_text=SPEC, submission_directory=folder)
    lifecycle.initialize(workflow.pk)
    nodes = [_node(f"c14-n0{n}") for n in range(1, 5)]
    for prefix, end_of in (("prepare", _always), ("train", _trained), ("evaluate", _evaluated)):
        jobs = workflow.jobs.filter(name__startswith=prefix, status=JobStatus.READY)
        with transaction.atomic():
            _end(workflow.pk, jobs.select_related("requirements"), end_of, nodes)
    now = timezone.now()
    Workflow.objects.filter(pk=workflow.pk).update(
        is_started=True, started_at=now - timedelta(hours=5), ended_at=now, revision=9
    )
    return workflow.pk


def store_hostile(text: str) -> int:
    """Write a small workflow that says `text` wherever a person may write, and return its id."""
    owner = User.objects.earliest("pk")
    spec = "name: small\njobs:\n  - {name: only, command: 'false'}\nuser_data:\n  - {name: v}\n"
    workflow = create_workflow(plan_workflow(spec), owner=owner, spec_text=f"# {text}\n{spec}")
    lifecycle.initialize(workflow.pk)

    def fails(job: Job, n: int) -> End:
        return End(JobStatus.FAILED, 1, "", f"\x1b[31m{text}\x1b[0m\nValueError: {text}\n")

    with transaction.atomic():
        _end(workflow.pk, workflow.jobs.select_related("requirements"), fails, [_node(text)])
    workflow.jobs.update(name=text, command=text, reason=text)
    UserData.objects.filter(workflow=workflow).update(name=text, data='"</pre><script>"')
    moment = timezone.now()
    fields = {"is_started": True, "started_at": moment, "ended_at": moment}
    Workflow.objects.filter(pk=workflow.pk).update(name=text, description=text, **fields)
    return workflow.pk


def _node(name: str) -> ComputeNode:
    node = ComputeNode.objects.filter(hostname=name).first()
    return node or make_node(name, uid=token_hex(16), is_active=False)


def _always(job: Job, n: int) -> End:
    return GOOD


def _trained(job: Job, n: int) -> End:
    if job.parameters["lr"] == 0.1 and job.parameters["seed"] <= N_MEMORY:
        return End(JobStatus.TERMINATED, 137, "memory", MEMORY_ERROR.format(n=n))
    if job.parameters["lr"] == 0.001 and job.parameters["seed"] <= N_DISK:
        return End(JobStatus.FAILED, 5, "", DISK_ERROR.format(n=n))
    return GOOD


def _evaluated(job: Job, n: int) -> End:
    if job.parameters["lr"] == 0.03 and job.parameters["seed"] % 9 == 1:
        at = job.parameters["seed"] // 9
        return End(JobStatus.FAILED, 1, "", NAN_ERROR.format(n=n)) if at < N_NAN else GOOD
    return GOOD


def _end(
    workflow_id: int,
    jobs: Iterable[Job],
    end_of: Callable[[Job, int], End],
    nodes: list[ComputeNode],
) -> None:
    ends = [(job, end_of(job, n)) for n, job in enumerate(jobs)]
    failed = []
    for job, end in ends:
        job.status = end.status.value
        job.reason = end.stderr.strip().rpartition("\n")[2]
        failed += [job] if end.stderr else []
    Job.objects.filter(pk__in=[job.pk for job, _ in ends]).update(
        status=JobStatus.COMPLETED.value, n_attempts=1, ready_at=None
    )
    Job.objects.bulk_update(failed, ["status", "reason"], 200)
    made = Result.objects.bulk_create(
        [_result(workflow_id, job, end, n, nodes) for n, (job, end) in enumerate(ends)], 500
    )
    bad = [(row, end) for row, (_, end) in zip(made, ends, strict=True) if end.stderr]
    LogTail.objects.bulk_create(
        LogTail(result=row, stdout="reading\n", stderr=end.stderr) for row, end in bad
    )
    settle({job.pk: end.status for job, end in ends}, timezone.now())


def _result(workflow_id: int, job: Job, end: End, n: int, nodes: list[ComputeNode]) -> Result:
    chance = random.Random(job.name)
    seconds = chance.uniform(20, 400)
    ended_at = timezone.now() - timedelta(seconds=chance.uniform(60, 15_000))
    is_disk = end.return_code == 5
    requested = job.requirements.memory_bytes
    used = requested if end.kill_reason else int(requested * chance.uniform(0.2, 0.7))
    row = Result(
        workflow_id=workflow_id,
        job=job,
        run_id=1,
        attempt_id=1,
        compute_node=nodes[2 % len(nodes)] if is_disk else nodes[n % len(nodes)],
        status=end.status.value,
        opened_at=ended_at - timedelta(seconds=seconds + 1),
        started_at=ended_at - timedelta(seconds=seconds),
        ended_at=ended_at,
        return_code=end.return_code,
        kill_reason=end.kill_reason,
        memory_bytes=requested,
        exec_seconds=seconds,
        peak_memory_bytes=used,
        avg_cpu_percent=chance.uniform(40, 99),
        command=job.command,
    )
    if end.stderr:
        cause = cause_of(end.return_code, end.kill_reason, "", end.stderr, "")
        row.cause, row.error_line = cause.label, cause.error_line
    return row
