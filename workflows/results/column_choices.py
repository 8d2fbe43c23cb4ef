"""The columns that a results table of a workflow can have."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, Subquery
from django.db.models.functions import Length

from jobs.models import Family, Job, JobUserData
from workflows.models import Workflow
from workflows.results.columns import Column, parameter_columns
from workflows.results.json_paths import scalar_paths
from workflows.results.sampling import evenly_spaced

PER_FAMILY = 12
"""Jobs of each family whose outputs are read to find paths."""
MAX_SAMPLES = 300
MAX_SAMPLE_CHARACTERS = 20_000
"""Longer values are not read to find paths."""


@dataclass(frozen=True, slots=True)
class ColumnChoices:
    """What can be chosen for a table."""

    families: list[tuple[int, str]]
    """The id and label of each."""
    parameters: list[Column]
    paths: list[str]
    """Paths to scalars in what the jobs write as user data."""


def load_choices(workflow: Workflow, family: int | None = None) -> ColumnChoices:
    """Return the columns that a table of the workflow's jobs can have, in two queries.

    Args:
        workflow: the workflow.
        family: only the columns of this family; of all if there is no such family.
    """
    families = _families(workflow)
    chosen = [row for row in families if row.pk == family] or families
    return ColumnChoices(
        families=[(row.pk, row.label) for row in families],
        parameters=parameter_columns(row.parameters for row in chosen),
        paths=scalar_paths(_outputs(workflow, _sample(chosen))),
    )


def _families(workflow: Workflow) -> list[Any]:
    """Return the families, annotated with their first and last job, which an index finds."""
    jobs = Job.objects.filter(workflow=workflow, family=OuterRef("pk")).values("pk")
    families = Family.objects.filter(workflow=workflow).order_by("position")
    ends = {"first": jobs.order_by("pk")[:1], "last": jobs.order_by("-pk")[:1]}
    return list(families.annotate(**{name: Subquery(job) for name, job in ends.items()}))


def _sample(families: Sequence[Any]) -> list[int]:
    """Return the ids of jobs evenly spaced over each family, whose ids are mostly consecutive."""
    spans = [range(family.first, family.last + 1) for family in families if family.first]
    ids = {job_id for span in spans for job_id in evenly_spaced(span, PER_FAMILY)}
    return evenly_spaced(sorted(ids), MAX_SAMPLES)


def _outputs(workflow: Workflow, job_ids: Sequence[int]) -> Iterable[Any]:
    links = JobUserData.objects.filter(is_output=True).exclude(user_data__data="null")
    # Jobs that were added through the API may have no family yet: any of them will do.
    of_jobs = links.filter(job__in=job_ids) if job_ids else links.filter(job__workflow=workflow)
    texts = of_jobs.annotate(size=Length("user_data__data")).filter(size__lt=MAX_SAMPLE_CHARACTERS)
    for text in texts.values_list("user_data__data", flat=True)[:MAX_SAMPLES]:
        yield json.loads(text)
