"""What tests of actions have in common: a diamond of jobs, and what they ask."""

from collections.abc import Callable

import pytest

from jobs.models import Event, Job
from jobs.statuses import JobStatus
from tests import factories
from workflows.errors import Refused
from workflows.models import Workflow

S = JobStatus


def statuses(workflow: Workflow) -> dict[str, str]:
    """Job name -> status word."""
    rows = Job.objects.filter(workflow=workflow.pk).values_list("name", "status")
    return {name: S(status).word for name, status in rows}


def refused(code: str, action: Callable[[], object]) -> Refused:
    """The refusal of an action that must be refused with this code."""
    with pytest.raises(Refused) as caught:
        action()
    assert caught.value.code == code
    return caught.value


def last_event(workflow: Workflow) -> dict[str, object]:
    event = Event.objects.filter(workflow=workflow.pk).order_by("-pk").first()
    assert event is not None
    return dict(event.data)


def diamond() -> Workflow:
    """Four jobs: b and c wait for a, d waits for both."""
    workflow = factories.make_workflow()
    a = factories.make_job(workflow, "a")
    b = factories.make_job(workflow, "b", depends_on=[a])
    c = factories.make_job(workflow, "c", depends_on=[a])
    factories.make_job(workflow, "d", depends_on=[b, c])
    return workflow
