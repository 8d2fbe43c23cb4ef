"""What columns a sweep offers: its parameters, and what a sample of its outputs holds."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, Subquery
from django.db.models.functions import Length

from jobs.models import Family, Job, JobUserData
from workflows.models import Workflow
from workflows.results.columns import Column, parameter_columns, scalar_paths
from workflows.results.plot import sampled

PER_FAMILY = 12
MOST_SAMPLES = 300
LONGEST_SAMPLE = 20_000


@dataclass(frozen=True, slots=True)
class Offer:
    """What can be chosen for a table."""

    families: list[tuple[int, str]]
    """Id and label."""
    parameters: list[Column]
    paths: list[str]
    """Paths to scalars in what the jobs write as user data."""


def offer_of(workflow: Workflow, family: int | None = None) -> Offer:
    """Return the columns that a table of the workflow's jobs can have, in two queries.

    Args:
        workflow: the workflow.
        family: only the columns of this family; of all if there is no such family.
    """
    found = _families(workflow)
    chosen = [one for one in found if one.pk == family] or found
    return Offer(
        families=[(one.pk, one.label) for one in found],
        parameters=parameter_columns(one.parameters for one in chosen),
        paths=scalar_paths(_outputs(workflow, _sample(chosen))),
    )


def _families(workflow: Workflow) -> list[Any]:
    """Return the families with their first and last jobs, which an index finds at once."""
    jobs = Job.objects.filter(workflow=workflow, family=OuterRef("pk")).values("pk")
    families = Family.objects.filter(workflow=workflow).order_by("position")
    ends = {"first": jobs.order_by("pk")[:1], "last": jobs.order_by("-pk")[:1]}
    return list(families.annotate(**{name: Subquery(one) for name, one in ends.items()}))


def _sample(families: Sequence[Any]) -> list[int]:
    """Return the ids of jobs from all over each family, whose ids mostly follow each other."""
    spans = [range(one.first, one.last + 1) for one in families if one.first]
    ids = {job_id for span in spans for job_id in sampled(span, PER_FAMILY)}
    return sampled(sorted(ids), MOST_SAMPLES)


def _outputs(workflow: Workflow, job_ids: Sequence[int]) -> Iterable[Any]:
    links = JobUserData.objects.filter(is_output=True).exclude(user_data__data="null")
    # Jobs that came one by one through the API have no family: any of them will do.
    of_jobs = links.filter(job__in=job_ids) if job_ids else links.filter(job__workflow=workflow)
    texts = of_jobs.annotate(size=Length("user_data__data")).filter(size__lt=LONGEST_SAMPLE)
    for text in texts.values_list("user_data__data", flat=True)[:MOST_SAMPLES]:
        yield json.loads(text)
