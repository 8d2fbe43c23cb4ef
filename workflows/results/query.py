"""What the address of a results table asks for, and the dear parts of its answer."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.http import QueryDict

from jobs.statuses import DISPLAY_ORDER, JobStatus
from workflows.cache import AnswerCache
from workflows.models import Workflow
from workflows.results.columns import (
    JOB,
    MAX_PATH,
    OUTCOME,
    STATUS,
    Column,
    Offer,
    data_column,
    keys_of,
    offer_of,
)
from workflows.results.table import Question, Survey, job_ids, survey

MOST_PATHS = 12
MOST_NUMBERS = 3_000_000
"""In all kept answers together: some 24 MB a process."""
NUMBERS_IN_A_POINT = 30

TABLE_CACHE = AnswerCache(MOST_NUMBERS)

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Asked:
    """A table as its address describes it."""

    question: Question
    offer: Offer
    columns: list[Column]
    """Between the job's name and the reason, from left to right."""
    paths: list[str]
    """Of the chosen user data."""
    sort: str
    """The column's key, after a minus when the greatest come first; empty for the spec's order."""
    x: Column | None
    y: Column | None

    @property
    def numbers(self) -> list[Column]:
        """Return the columns that can be plotted."""
        return [column for column in self.columns if column.is_number]


def asked_of(workflow: Workflow, query: QueryDict) -> Asked:
    """Return what an address asks for; what makes no sense in it counts as absent."""
    family = _number(query.get("family", ""))
    offer = _kept("offer", workflow, (family,), lambda: offer_of(workflow, family), _offer_size)
    if family not in dict(offer.families):
        family = None
    paths = [path for path in dict.fromkeys(query.getlist("data")) if keys_of(path) is not None]
    data = [data_column(path) for path in paths[:MOST_PATHS]]
    columns = [*offer.parameters, *OUTCOME, *data]
    by_key = {column.key: column for column in (JOB, STATUS, *columns)}
    sort = query.get("sort", "")
    column = by_key.get(sort.removeprefix("-"))
    question = Question(
        workflow=workflow,
        run_id=_run(workflow, query.get("run", "")),
        family=family,
        status=_status(query.get("status", "")),
        text=query.get("q", "").strip()[:MAX_PATH],
        sort=column,
        is_descending=sort.startswith("-"),
    )
    numeric = {key: one for key, one in by_key.items() if one.is_number}
    across, up = numeric.get(query.get("x", "")), numeric.get(query.get("y", ""))
    return Asked(
        question, offer, columns, [one.name for one in data], sort if column else "", across, up
    )


def ids_asked(asked: Asked) -> array[int]:
    """Return the jobs of the table in their order."""
    one = asked.question
    key = (*one.filters, *one.order)
    return _kept("ids", one.workflow, key, lambda: job_ids(one), len)


def table_asked(asked: Asked) -> tuple[Survey, array[int]]:
    """Return what all rows of the table come to, and the jobs in their order."""
    one = asked.question
    plotted = (asked.x, asked.y) if asked.x and asked.y else None
    ids: list[array[int]] = []

    def find() -> Survey:
        found, in_order = survey(one, asked.columns, plotted)
        ids.append(in_order)
        return found

    key = (*one.filters, *asked.columns, plotted)
    found = _kept("survey", one.workflow, key, find, _survey_size)
    return found, ids[0] if ids else ids_asked(asked)


def _kept(
    what: str,
    workflow: Workflow,
    key: Iterable[Any],
    find: Callable[[], Answer],
    size: Callable[[Any], int],
) -> Answer:
    found: Answer = TABLE_CACHE.get(
        (what, workflow.pk, *key),
        workflow.revision,
        find,
        size=size,
        must_be_current=not workflow.is_active,
    )
    return found


def _offer_size(offer: Offer) -> int:
    return 20 * (len(offer.families) + len(offer.parameters) + len(offer.paths))


def _survey_size(found: Survey) -> int:
    return 20 * len(found.spreads) + NUMBERS_IN_A_POINT * len(found.points)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


def _status(word: str) -> JobStatus | None:
    return next((one for one in DISPLAY_ORDER if one.word == word), None)


def _run(workflow: Workflow, text: str) -> int:
    number = _number(text)
    return number if number and number <= workflow.run_id else workflow.run_id
