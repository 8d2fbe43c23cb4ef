"""What columns a sweep offers: its parameters, and what a sample of its outputs holds."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Max, Min, OuterRef, Subquery
from django.db.models.functions import Length

from jobs.models import Family, Job, JobUserData
from workflows.columns import Column, parameter_columns, scalar_paths
from workflows.models import Workflow
from workflows.plotting import sampled

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
        family: only the columns of this family.
    """
    found = _families(workflow)
    chosen = [one for one in found if family in (None, one.pk)]
    return Offer(
        families=[(one.pk, one.label) for one in found],
        parameters=parameter_columns(one.parameters for one in chosen),
        paths=scalar_paths(_outputs(_sample(workflow, chosen))),
    )


def _families(workflow: Workflow) -> list[Any]:
    """Return the families with their first and last jobs, which an index finds at once."""
    jobs = Job.objects.filter(workflow=workflow, family=OuterRef("pk")).values("pk")
    families = Family.objects.filter(workflow=workflow).order_by("position")
    ends = {"first": jobs.order_by("pk")[:1], "last": jobs.order_by("-pk")[:1]}
    return list(families.annotate(**{name: Subquery(one) for name, one in ends.items()}))


def _sample(workflow: Workflow, families: Sequence[Any]) -> list[int]:
    """Return the ids of jobs from all over each family, whose ids mostly follow each other."""
    spans = [(one.first, one.last) for one in families if one.first]
    if not families:  # they came one by one, through the API
        ends = Job.objects.filter(workflow=workflow).aggregate(first=Min("pk"), last=Max("pk"))
        spans = [(ends["first"], ends["last"])] if ends["first"] else []
    ids = {pk for first, last in spans for pk in sampled(range(first, last + 1), PER_FAMILY)}
    return sampled(sorted(ids), MOST_SAMPLES)


def _outputs(job_ids: Sequence[int]) -> Iterable[Any]:
    links = JobUserData.objects.filter(job__in=job_ids, is_output=True)
    texts = links.annotate(size=Length("user_data__data")).filter(size__lt=LONGEST_SAMPLE)
    for text in texts.exclude(user_data__data="null").values_list("user_data__data", flat=True):
        yield json.loads(text)
