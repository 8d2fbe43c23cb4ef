"""A workflow of three stages of which a part has failed."""

import dataclasses
from typing import Any

from django.utils import timezone

from accounts.actors import Actor
from accounts.audit import Caller, Origin
from jobs.models import Family, Job
from jobs.statuses import JobStatus
from tests import factories
from workflows.rerun.options import RerunOptions
from workflows.rerun.preview import RerunPreview, preview_rerun
from workflows.rerun.rerun import Rerun, rerun
from workflows.rerun.selection import Selection

S = JobStatus
NOT_STARTED = RerunOptions(starts=False)
ANN = Caller(Actor(user_id=1, username="ann"), Origin("api", "::1", "r1"))


class Sweep:
    """train_0..3 (0 and 1 failed) → eval_0..3 (0 and 1 canceled) → report (canceled)."""

    def __init__(self) -> None:
        now = timezone.now()
        self.workflow = factories.make_started_workflow(ended_at=now)
        self.families = [
            Family.objects.create(workflow=self.workflow, position=at, label=label, n_jobs=4)
            for at, label in enumerate(("train_{i}", "eval_{i}", "report"))
        ]
        self.train = [
            self._job(f"train_{n}", 0, S.FAILED if n < 2 else S.COMPLETED) for n in range(4)
        ]
        self.eval = [self._job(f"eval_{n}", 1, S.COMPLETED, [self.train[n]]) for n in range(4)]
        self.report = self._job("report", 2, S.COMPLETED, self.eval)
        for job in (*self.eval[:2], self.report):
            Job.objects.filter(pk=job.pk).update(status=S.CANCELED, canceled_by=self.train[0])
        for job, code in zip(self.train, (1, 2, 0, 0), strict=True):
            self._ran(job, code)
        for job in self.eval[2:]:
            self._ran(job, 0)

    def _job(self, name: str, family: int, status: S, waits_for: Any = ()) -> Job:
        return factories.make_job(
            self.workflow, name, status=status, depends_on=waits_for, family=self.families[family]
        )

    def _ran(self, job: Job, code: int) -> None:
        cause = f"cause {code}" if code else ""
        factories.make_result(job, return_code=code, exec_seconds=3600.0, cause=cause)
        Job.objects.filter(pk=job.pk).update(n_attempts=1, n_retries=1, reason="x" if code else "")

    def statuses(self) -> dict[str, str]:
        return {job.name: job.status_word for job in Job.objects.filter(workflow=self.workflow)}

    def preview(self, selection: Selection | None = None, **options: Any) -> RerunPreview:
        return preview_rerun(self.workflow, selection, dataclasses.replace(NOT_STARTED, **options))

    def rerun(
        self, selection: Selection | None = None, expected: str | None = None, **options: Any
    ) -> Rerun:
        chosen = dataclasses.replace(NOT_STARTED, **options)
        return rerun(self.workflow, selection or Selection(), chosen, caller=ANN, expected=expected)


def counts(preview: RerunPreview) -> tuple[int, int, int]:
    return preview.n_selected, preview.n_upstream, preview.n_downstream
