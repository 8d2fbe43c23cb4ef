"""Sweeps of any size, written in few statements."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from accounts.models import User
from jobs.models import Family, Job, JobUserData, ResourceRequirements, Result
from jobs.sql import renew_statistics
from jobs.statuses import JobStatus
from tests.factories import make_node, make_started_workflow
from userdata.models import UserData
from workflows.models import Workflow

RATES = [0.001, 0.003, 0.01, 0.03, 0.1]
OPTIMIZERS = ["adam", "sgd"]
STARTED = datetime(2026, 11, 22, tzinfo=UTC)


def make_sweep(
    owner: User, n_jobs: int, *, is_over: bool = True, has_data: bool = True, **fields: Any
) -> Workflow:
    """A workflow of one family whose jobs have run; every tenth failed."""
    ended = {"ended_at": STARTED + timedelta(days=1)} if is_over else {}
    workflow = make_started_workflow("sweep", owner=owner, **(ended | fields))
    parameters = {"lr": RATES, "optimizer": OPTIMIZERS, "seed": list(range(n_jobs))}
    family = Family.objects.create(
        workflow=workflow,
        position=0,
        label="fit_{lr}_{seed}",
        n_jobs=n_jobs,
        parameters=parameters,
    )
    requirements = workflow.resource_requirements.get()
    jobs = Job.objects.bulk_create((_job(family, requirements, n) for n in range(n_jobs)), 500)
    node = make_node("c14-n03")
    Result.objects.bulk_create((_result(job, node.pk, n) for n, job in enumerate(jobs)), 500)
    if has_data:
        _add_data(workflow, jobs)
    renew_statistics()  # as the creation of a large workflow does
    return workflow


def _job(family: Family, requirements: ResourceRequirements, n: int) -> Job:
    failed = n % 10 == 9
    return Job(
        workflow_id=family.workflow_id,
        family=family,
        name=f"fit_{RATES[n % 5]}_{n:06}",
        command=f"python train.py --rate {RATES[n % 5]} --seed {n}",
        requirements=requirements,
        status=(JobStatus.FAILED if failed else JobStatus.COMPLETED).value,
        reason="ValueError: loss is nan" if failed else "",
        n_attempts=1,
        parameters={"lr": RATES[n % 5], "optimizer": OPTIMIZERS[n % 2], "seed": n},
    )


def _result(job: Job, node_id: int, n: int) -> Result:
    seconds = (n * 7919 % 5000) / 10 + 0.5
    return Result(
        workflow_id=job.workflow_id,
        job_id=job.pk,
        run_id=1,
        attempt_id=1,
        compute_node_id=node_id,
        status=job.status,
        opened_at=STARTED,
        started_at=STARTED,
        ended_at=STARTED + timedelta(seconds=seconds),
        return_code=1 if job.status == JobStatus.FAILED else 0,
        exec_seconds=seconds,
        peak_memory_bytes=(n % 97 + 1) << 24,
        avg_cpu_percent=float(n % 100),
    )


def _add_data(workflow: Workflow, jobs: list[Job]) -> None:
    good = [job for job in jobs if job.status == JobStatus.COMPLETED]
    values = UserData.objects.bulk_create(
        (UserData(workflow=workflow, name=f"out_{job.pk}", data=_output(job)) for job in good), 500
    )
    JobUserData.objects.bulk_create(
        (
            JobUserData(job=job, user_data=value, is_output=True)
            for job, value in zip(good, values, strict=True)
        ),
        500,
    )


def _output(job: Job) -> str:
    seed = job.parameters["seed"]
    return json.dumps(
        {"metrics": {"loss": seed % 1000 / 1000, "epochs": 10}, "note": "ok", "curve": [1, 2]}
    )
