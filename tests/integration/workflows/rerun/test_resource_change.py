"""A rerun may ask other resources: for the selected jobs, and for them only."""

import pytest

from jobs.models import Job, ResourceRequirements
from tests.integration.workflows.rerun.sweep import S, Sweep
from workflows.errors import Refused
from workflows.rerun.resource_change import ResourceChange
from workflows.rerun.selection import Selection

pytestmark = pytest.mark.django_db


def test_other_resources_are_for_the_selected_jobs_only(sweep: Sweep) -> None:
    old = ResourceRequirements.objects.get()
    change = ResourceChange(memory="12g", num_cpus=2)
    (resources,) = sweep.preview(change=change).changes
    assert (resources.name, resources.n_jobs) == ("default", 2)
    assert resources.before == {"memory": "1m", "num_cpus": 1}
    assert resources.after == {"memory": "12g", "num_cpus": 2}
    sweep.rerun(change=change)
    new = ResourceRequirements.objects.exclude(pk=old.pk).get()
    assert set(new.jobs.all()) == set(sweep.train[:2])
    assert (new.name, new.memory_bytes, new.num_cpus) == (
        "default (memory 12g, num_cpus 2)",
        12 << 30,
        2,
    )
    assert (new.enforces_memory, new.enforces_runtime, new.runtime) == (True, False, "P0DT1M")


def test_the_same_change_twice_makes_no_second_row(sweep: Sweep) -> None:
    change = ResourceChange(runtime="PT2H")
    sweep.rerun(Selection(cause="cause 1"), change=change)
    sweep.rerun(Selection(cause="cause 2"), change=change)
    assert ResourceRequirements.objects.count() == 2
    again = sweep.preview(Selection(job_ids=(sweep.train[2].pk,)), change=change)
    assert [resources.name for resources in again.changes] == ["default"]


def test_a_second_change_is_named_alone(sweep: Sweep) -> None:
    sweep.rerun(change=ResourceChange(memory="2g"))
    Job.objects.filter(name="train_0").update(status=S.FAILED)
    sweep.rerun(change=ResourceChange(memory="4g"))
    names = ResourceRequirements.objects.order_by("pk").values_list("name", flat=True)
    assert list(names) == ["default", "default (memory 2g)", "default (memory 4g)"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (ResourceChange(memory="lots"), "invalid_memory"),
        (ResourceChange(memory="1k"), "out_of_range"),
        (ResourceChange(runtime="2h"), "invalid_runtime"),
        (ResourceChange(num_cpus=0), "out_of_range"),
        (ResourceChange(num_gpus=65), "out_of_range"),
    ],
)
def test_an_impossible_change_is_refused(sweep: Sweep, change: ResourceChange, code: str) -> None:
    with pytest.raises(Refused) as refused:
        sweep.preview(change=change)
    assert (refused.value.code, refused.value.kind) == (code, "invalid")
