"""What must be there before jobs may run: files that no job writes, user data with a value."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Exists, OuterRef, Q, QuerySet

from jobs.models import JobFile, JobUserData
from jobs.statuses import JobStatus
from specification.texts.counts import agree, counted
from userdata.models import File, UserData
from workflows.errors import Refused
from workflows.lifecycle.files_on_disk import Sightings, look
from workflows.models import Workflow

MAX_NAMED = 10
"""So many names stand in one refusal."""


def required_files(workflow_id: int, *, with_outputs: bool = True) -> QuerySet[File]:
    """Return the files that must exist: read by some job and written by none.

    Args:
        workflow_id: whose files.
        with_outputs: also those that completed jobs have written.
    """
    links = JobFile.objects.filter(file=OuterRef("pk"))
    wanted = Q(Exists(links.filter(is_output=False)) & ~Exists(links.filter(is_output=True)))
    if with_outputs:
        done = links.filter(is_output=True, job__status=JobStatus.COMPLETED.value)
        wanted |= Q(Exists(done))
    return File.objects.filter(wanted, workflow=workflow_id).order_by("pk")


def missing_user_data(workflow_id: int, *, with_outputs: bool = True) -> QuerySet[UserData]:
    """Return the user data that must have a value and has none: read by some job, written by none.

    Args:
        workflow_id: whose user data.
        with_outputs: also what completed jobs should have written.
    """
    links = JobUserData.objects.filter(user_data=OuterRef("pk"))
    wanted = Q(Exists(links.filter(is_output=False)) & ~Exists(links.filter(is_output=True)))
    if with_outputs:
        done = links.filter(is_output=True, job__status=JobStatus.COMPLETED.value)
        wanted |= Q(Exists(done))
    return UserData.objects.filter(wanted, workflow=workflow_id, data="null").order_by("pk")


def see_inputs(workflow: Workflow, *, with_outputs: bool) -> Sightings:
    """Return how the files that no job makes stand on this machine, where their paths lead here.

    Args:
        workflow: whose inputs.
        with_outputs: completed jobs stay, so look at what they have written, too.
    """
    files = required_files(workflow.pk, with_outputs=with_outputs)
    return look(workflow, files.values_list("pk", "path"))


def check_inputs(
    workflow: Workflow,
    sightings: Sightings,
    *,
    with_outputs: bool,
    missing_files: Sequence[str] = (),
) -> None:
    """Refuse to go on without the inputs that no job makes.

    Args:
        workflow: whose inputs.
        sightings: how files stand on this machine.
        with_outputs: completed jobs stay, so what they have written must be there too.
        missing_files: what the caller found missing on its own machine.

    Raises:
        Refused: something is missing; the detail names it.
    """
    _refuse_missing_files(
        [*missing_files, *_absent(workflow, sightings, with_outputs=with_outputs)]
    )
    values = missing_user_data(workflow.pk, with_outputs=with_outputs)
    _refuse_null_values(list(values.values_list("name", flat=True)))


def _refuse_missing_files(names: list[str]) -> None:
    if names:
        raise Refused(
            "missing_input_files",
            _sentence(names, "input file", "missing"),
            hint="Create what is missing, or go on without the check by --force.",
        )


def _refuse_null_values(names: list[str]) -> None:
    if names:
        raise Refused(
            "missing_user_data",
            _sentence(names, "user data value", "null"),
            hint="Set a value with `torc user-data update`, or skip the check by --force.",
        )


def _absent(workflow: Workflow, sightings: Sightings, *, with_outputs: bool) -> list[str]:
    gone = {pk for pk, sighting in sightings.items() if sighting.is_missing}
    if not gone:
        return []
    # What a job wrote into a folder that is not here may be on the machine where it ran.
    elsewhere = {pk for pk in gone if not sightings[pk].has_folder}
    given = required_files(workflow.pk, with_outputs=False)
    made = required_files(workflow.pk) if with_outputs else given.none()
    absent = {file.pk: file for file in given if file.pk in gone}
    absent |= {file.pk: file for file in made if file.pk in gone - elsewhere}
    return [f"{file.name} ({file.path})" for _, file in sorted(absent.items())]


def _sentence(names: Sequence[str], noun: str, state: str) -> str:
    """Return what is wrong with required inputs, and which they are, the first ones by name."""
    n_more = len(names) - MAX_NAMED
    listed = ", ".join(names[:MAX_NAMED]) + (f" and {n_more:,} more" if n_more > 0 else "")
    n = len(names)
    are, them = agree(n, "is", "are"), agree(n, "it", "them")
    return f"{counted(n, noun)} {are} {state}, and no job writes {them}: {listed}."
