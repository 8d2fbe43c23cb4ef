"""A process that is killed while it stores or deletes leaves all of a workflow or none."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[4]

PREPARE = """
import django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
"""

STORE_AND_DIE = """
import os, signal
import django; django.setup()
from accounts.models import User
from tests.integration.workflows.plans import barrier_plan
from workflows.creation import bulk_insert, create

owner = User.objects.create(username="ada")
insert, n_chunks = bulk_insert._insert_chunk, 0

def insert_or_die(*args):
    global n_chunks
    if n_chunks == {dies_after}:
        os.kill(os.getpid(), signal.SIGKILL)
    insert(*args)
    n_chunks += 1

bulk_insert._insert_chunk = insert_or_die
create.create_workflow(barrier_plan(1000), owner=owner)
print(n_chunks)
"""

DELETE_AND_DIE = """
import os, signal
import django; django.setup()
from workflows.creation import delete
from workflows.lifecycle import lifecycle
from workflows.models import Workflow

delete.breathe = lambda: os.kill(os.getpid(), signal.SIGKILL)
lifecycle.delete(Workflow.objects.get().pk)
"""

LOOK = """
import django; django.setup()
from datetime import timedelta
from django.utils import timezone
from accounts.actors import Actor
from jobs.models import Job, PredecessorMember
from workflows.creation import create
from workflows.models import Workflow

seen = Workflow.objects.visible_to(Actor(user_id=0, is_staff=True))
print(seen.count(), Job.objects.filter(workflow__in=seen).count())
create.sweep_unfinished(timezone.now() + timedelta(minutes=11))
print(Workflow.objects.count(), Job.objects.count(), PredecessorMember.objects.count())
"""


def python(code: str, folder: Path) -> "subprocess.CompletedProcess[str]":
    """Run some code as a server process with its own data folder would."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("TORC_")}
    environ = clean | {"TORC_DATA_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "torc_site.settings"}
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=PROJECT,
        env=environ,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    prepared = python(PREPARE, folder)
    assert prepared.returncode == 0, prepared.stderr
    return folder


@pytest.fixture
def folder(migrated: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(migrated, tmp_path / "data"))


@pytest.mark.parametrize("dies_after", [2, 5])
def test_a_killed_creation_leaves_nothing_to_see_and_nothing_after_the_sweep(
    folder: Path, dies_after: int
) -> None:
    died = python(STORE_AND_DIE.format(dies_after=dies_after), folder)
    assert died.returncode == -signal.SIGKILL, died.stderr
    assert python(LOOK, folder).stdout.split() == ["0", "0", "0", "0", "0"]


def test_a_creation_that_was_let_live_is_whole_and_a_killed_deletion_is_finished(
    folder: Path,
) -> None:
    stored = python(STORE_AND_DIE.format(dies_after=-1), folder)
    assert stored.returncode == 0, stored.stderr
    assert int(stored.stdout) > 5
    assert python(LOOK, folder).stdout.split() == ["1", "2000", "1", "2000", "1000"]
    died = python(DELETE_AND_DIE, folder)
    assert died.returncode == -signal.SIGKILL, died.stderr
    assert python(LOOK, folder).stdout.split() == ["0", "0", "0", "0", "0"]
