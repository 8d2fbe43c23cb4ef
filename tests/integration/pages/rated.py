"""A small sweep with all that the table of results shows."""

from typing import Any

from django.test import Client

from accounts.models import User
from jobs.models import Family
from jobs.statuses import JobStatus
from tests.factories import (
    make_job,
    make_node,
    make_result,
    make_started_workflow,
    make_user_data,
)
from workflows.models import Workflow


def make_rated(owner: User) -> Workflow:
    """Three jobs with what a sweep is about: rates, an outcome, a loss."""
    workflow = make_started_workflow(owner=owner)
    family = make_family(workflow, lr=[0.5, 10, 9], opt=["adam", "sgd", "adam"])
    node = make_node("c14-n03")
    rows = (
        ("fit_a", {"lr": 0.5, "opt": "adam"}, 0, 30.0, '{"metrics": {"loss": 0.25}, "note": "ok"}'),
        ("fit_b", {"lr": 10, "opt": "sgd"}, 3, 5.0, None),
        ("fit_c", {"lr": 9, "opt": "adam"}, 0, 100.0, '{"metrics": {"loss": 1e-3}}'),
    )
    for name, parameters, return_code, seconds, data in rows:
        status = JobStatus.FAILED if return_code else JobStatus.COMPLETED
        job = make_job(
            workflow, name, status=status, family=family, parameters=parameters, n_attempts=1
        )
        memory = int(seconds) << 20
        make_result(
            job,
            return_code=return_code,
            node=node,
            exec_seconds=seconds,
            peak_memory_bytes=memory,
            avg_cpu_percent=seconds,
        )
        if data:
            make_user_data(workflow, data=data, outputs_of=[job])
    return workflow


def make_family(workflow: Workflow, label: str = "fit_{n}", **parameters: Any) -> Family:
    position = workflow.families.count()
    return Family.objects.create(
        workflow=workflow, position=position, label=label, n_jobs=1, parameters=parameters
    )


def get(page: Client, workflow: Workflow, query: str = "") -> str:
    answer = page.get(f"/w/{workflow.pk}/results{query}")
    assert answer.status_code == 200
    return answer.text


def download(page: Client, workflow: Workflow, kind: str, query: str = "") -> str:
    answer: Any = page.get(f"/w/{workflow.pk}/results.{kind}{query}")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    return str(answer.getvalue().decode())
