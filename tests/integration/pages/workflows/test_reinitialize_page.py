"""The page that lists the stale jobs, and reruns them."""

from django.test import Client

from accounts.models import AuditEntry, User
from jobs.models import Job
from jobs.statuses import JobStatus
from tests.factories import make_workflow
from tests.integration.pages.stale_workflow import stale_workflow


def test_the_workflow_offers_to_rerun_what_is_stale(page: Client, ann: User) -> None:
    workflow, _ = stale_workflow(ann)
    assert f'hx-get="/w/{workflow.pk}/stale"' in page.get(f"/w/{workflow.pk}").text
    notice = page.get(f"/w/{workflow.pk}/stale", headers={"HX-Request": "true"}).text
    assert "3 jobs are stale" in notice
    assert "Rerun 3 stale…" in notice
    assert page.get(f"/w/{workflow.pk}/stale").headers["Location"].endswith("/reinitialize")


def test_the_stale_jobs_are_listed_with_why_and_rerun_on_demand(page: Client, ann: User) -> None:
    workflow, _ = stale_workflow(ann)
    address = f"/w/{workflow.pk}/reinitialize"
    answer = page.get(address)
    assert "reads ml_config" in answer.text
    assert "follows reader_0 and 1 other" in answer.text
    assert f"torc workflows reinitialize {workflow.pk} --start" in answer.text
    assert set(workflow.jobs.values_list("status", flat=True)) == {JobStatus.COMPLETED.value}
    form = {"expected": answer.context["expected"]}
    done = page.post(address, form, follow=True)
    assert "3 stale jobs reset." in done.text
    statuses = dict(workflow.jobs.values_list("name", "status"))
    assert statuses["reader_0"] == JobStatus.READY.value
    assert statuses["after"] == JobStatus.BLOCKED.value
    assert AuditEntry.objects.get().verb == "reinitialize_workflow"
    assert "Other jobs are stale now" in page.post(address, form, follow=True).text


def test_without_stale_jobs_the_page_says_so(page: Client, ann: User) -> None:
    text = page.get(f"/w/{make_workflow(owner=ann).pk}/reinitialize").text
    assert "Nothing is stale" in text
    assert '<form method="post"' not in text.split("<main")[1]


def test_a_single_job_is_counted_in_the_singular(page: Client, ann: User) -> None:
    workflow, _ = stale_workflow(ann, n_readers=1)
    Job.objects.filter(name="after").update(status=JobStatus.BLOCKED)
    address = f"/w/{workflow.pk}/reinitialize"
    answer = page.get(address)
    assert "<strong>1</strong> reads user data that has changed" in answer.text
    form = {"expected": answer.context["expected"], "starts": "on"}
    text = page.post(address, form, follow=True).text
    assert "1 stale job reset, and 1 job behind it that had not ended. Started." in text
