"""The times of files: what is stored, what is left alone, and what counts as a change."""

import pytest

from tests import factories
from userdata.file_times import store_mtimes
from userdata.models import File

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("before", "options", "after"),
    [
        (None, {}, 100.004),
        (100.0, {}, 100.004),
        (100.0, {"tolerance": 0.01}, 100.0),
        (90.0, {"tolerance": 0.01}, 100.004),
        (None, {"only_new": True}, 100.004),
        (90.0, {"only_new": True}, 90.0),
    ],
)
def test_a_time_is_stored_where_it_differs(
    before: float | None, options: dict[str, float], after: float
) -> None:
    file = factories.make_file(factories.make_workflow(), st_mtime=before)
    store_mtimes([(file.pk, 100.004)], **options)  # type: ignore[arg-type]
    assert File.objects.get().st_mtime == after


def test_only_what_was_written_anew_has_changed_at_the_revision_of_its_workflow() -> None:
    workflow = factories.make_workflow(revision=7)
    written, same = (factories.make_file(workflow, st_mtime=1.0) for _ in range(2))
    store_mtimes([(written.pk, 2.0), (same.pk, 1.0)], is_change=True)
    revisions = dict(File.objects.values_list("pk", "changed_revision"))
    assert (revisions[written.pk], revisions[same.pk]) == (7, same.changed_revision)
    store_mtimes([(written.pk, 3.0), (same.pk, 4.0)])
    assert dict(File.objects.values_list("pk", "changed_revision")) == revisions
