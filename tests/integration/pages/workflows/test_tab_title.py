"""The state of a workflow where it is seen from afar: the title and the icon of its tab."""

import re

import pytest
from django.conf import settings
from django.test import Client

from accounts.models import User
from jobs.statuses import GLYPHS, JobStatus
from tests.factories import make_job, make_started_workflow
from workflows.models import Workflow

HTMX = {"HX-Request": "true"}


@pytest.mark.parametrize(
    ("status", "glyph", "icon"),
    [
        (JobStatus.COMPLETED, "✓", "completed"),
        (JobStatus.FAILED, "✕", "failed"),
        (JobStatus.READY, "◌", "blocked"),
    ],
)
def test_title_and_icon_tell_how_it_stands(
    page: Client, ann: User, status: JobStatus, glyph: str, icon: str
) -> None:
    workflow = make_started_workflow("sweep", owner=ann)
    job = make_job(workflow, "a", status=status)
    text = page.get(f"/w/{workflow.pk}").text
    assert f"<title>{glyph} sweep #{workflow.pk} · torc</title>" in text
    assert f'href="/static/icons/{icon}.svg"' in text
    fragment = page.get(f"/w/{workflow.pk}", headers=HTMX).text
    assert f'data-title="{glyph} sweep #{workflow.pk} · torc"' in fragment
    assert f'data-icon="/static/icons/{icon}.svg"' in fragment
    own = page.get(f"/w/{workflow.pk}/jobs/{job.pk}").text
    assert f'data-icon="/static/icons/{status.word}.svg"' in own


def test_a_fragment_says_what_a_notification_waits_for(page: Client, ann: User) -> None:
    workflow = make_started_workflow(owner=ann)
    make_job(workflow, status=JobStatus.FAILED)
    last = make_job(workflow, status=JobStatus.READY)
    text = page.get(f"/w/{workflow.pk}", headers=HTMX).text
    assert 'data-failed="1"' in text
    assert "data-over" not in text
    assert 'id="notify"' in text
    last.status = JobStatus.COMPLETED.value
    last.save()
    Workflow.objects.filter(pk=workflow.pk).touch()
    text = page.get(f"/w/{workflow.pk}", headers=HTMX).text
    assert "data-over" in text
    assert 'id="notify"' not in text


def test_names_in_the_title_stay_text(page: Client, ann: User) -> None:
    workflow = make_started_workflow('"><img src=x>', owner=ann)
    assert "<img" not in page.get(f"/w/{workflow.pk}").text


def test_every_state_has_an_icon_of_its_own() -> None:
    icons = {path.stem for path in (settings.STATICFILES_DIRS[0] / "icons").glob("*.svg")}
    assert icons == set(GLYPHS)


def test_every_page_has_the_help_of_the_keys(page: Client) -> None:
    text = page.get("/").text
    assert len(re.findall(r"<dt>(?:<kbd>|\s)", text)) == 11
