"""What surrounds a job on its page: its neighbors as a small graph, what it reads and writes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.models import (
    Count,
    F,
    FloatField,
    IntegerField,
    Min,
    OuterRef,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Length, Substr
from django.urls import reverse
from django.utils.safestring import SafeString

from jobs.dependencies.neighbors import Group, Neighborhood
from jobs.models import Job, JobFile, JobUserData
from workflows.graph.layout.lay_out import lay_out
from workflows.graph.layout.shapes import Edge, Graph, Vertex
from workflows.graph.layout.svg import View, page_svg
from workflows.lifecycle.files_on_disk import Sighting, look
from workflows.models import Workflow

MAX_LINKS = 200
MAX_FILES_ON_DISK = 50
"""Files that a page looks for on the disk; a slow disk would make the page slow."""
PREVIEW_CHARACTERS = 80


@dataclass(frozen=True, slots=True)
class Link:
    """A file or value that a job reads or writes."""

    row: dict[str, Any]
    seen: Sighting | None = None
    """The file on the disk, if this machine knows its folder."""

    @property
    def state(self) -> str:
        """Return `there` or `missing` for a file on this machine; empty if that is not known."""
        if self.seen is None or (self.seen.is_missing and not self.seen.has_folder):
            return ""
        return "missing" if self.seen.is_missing else "there"

    @property
    def at(self) -> datetime | None:
        """Return when the file was changed, by the disk or else by what is stored of it."""
        seconds = self.seen.mtime if self.seen and self.seen.mtime else self.row["mtime"]
        return None if seconds is None else datetime.fromtimestamp(seconds, UTC)

    @property
    def n_others(self) -> int:
        """Return how many jobs besides the named one are on the other side."""
        return max((self.row["n_partners"] or 0) - 1, 0)


def links_of(job: Job, workflow: Workflow) -> dict[str, Any]:
    """Return what the job reads and writes, with the jobs on the other side, in one query."""
    files = _rows(JobFile.objects.filter(job=job), "file", "path", F("file__st_mtime"))
    nothing = Value(None, output_field=FloatField())
    data = _rows(JobUserData.objects.filter(job=job), "user_data", "data", nothing)
    rows = list(files.union(data, all=True).order_by("kind", "name")[: MAX_LINKS + 1])
    paths = [(row["target"], row["path"]) for row in rows if row["kind"] == "file"]
    seen = look(workflow, paths[:MAX_FILES_ON_DISK]) if paths else {}
    links = [
        Link(row, seen.get(row["target"]) if row["kind"] == "file" else None)
        for row in rows[:MAX_LINKS]
    ]
    return {
        "sides": [
            (heading, partner, [link for link in links if link.row["is_output"] == is_output])
            for heading, partner, is_output in (
                ("Reads", "written by", False),
                ("Writes", "read by", True),
            )
        ],
        "has_more_links": len(rows) > MAX_LINKS,
        "preview_characters": PREVIEW_CHARACTERS,
    }


def _rows(links: QuerySet[Any], kind: str, text: str, mtime: Any) -> QuerySet[Any, dict[str, Any]]:
    """Return links with the first job on their other side: who writes what this one reads."""
    partners = (
        links.model._default_manager.filter(**{kind: OuterRef(kind)})
        .exclude(is_output=OuterRef("is_output"))
        .order_by()
    )
    partner_counts = partners.values(kind).annotate(n=Count("job"), first=Min("job"))
    first = Job.objects.filter(pk=OuterRef("partner_id"))
    rows: QuerySet[Any, dict[str, Any]] = (
        links.order_by()
        .annotate(
            n_partners=Subquery(partner_counts.values("n"), output_field=IntegerField()),
            partner_id=Subquery(partner_counts.values("first"), output_field=IntegerField()),
        )
        .values(
            "is_output",
            "n_partners",
            "partner_id",
            kind=Value(kind),
            target=F(f"{kind}_id"),
            name=F(f"{kind}__name"),
            path=F(f"{kind}__path") if kind == "file" else Value(""),
            preview=Substr(f"{kind}__{text}", 1, PREVIEW_CHARACTERS),
            size=Length(f"{kind}__{text}"),
            mtime=mtime,
            partner=Subquery(first.values("name")),
        )
    )
    return rows


def drawing_of(job: Job, around: Neighborhood) -> SafeString | None:
    """Return the job between its neighbors as a graph of links; None if it has none."""
    if not around.before and not around.after:
        return None
    here = _Counted(Vertex(f"j{job.pk}", job.name, 1, "job", (job.pk,)), {job.status_word: 1})
    before = [item for group in around.before for item in _counted(group, "before")]
    after = [item for group in around.after for item in _counted(group, "after")]
    items = [here, *before, *after]
    inward = [Edge(at, 0, item.vertex.n_jobs) for at, item in enumerate(before, 1)]
    first = 1 + len(before)
    outward = [Edge(0, at, item.vertex.n_jobs) for at, item in enumerate(after, first)]
    drawing = lay_out(Graph(tuple(item.vertex for item in items), (*inward, *outward)))
    counts = {item.vertex.key: item.counts for item in items}

    def href(vertex: Vertex) -> str:
        if vertex.kind == "job":
            return reverse("job", args=[job.workflow_id, vertex.members[0]])
        family = f"?family={vertex.members[0]}" if vertex.members else ""
        return f"{reverse('workflow', args=[job.workflow_id])}{family}"

    label = f"{job.name} and the jobs around it"
    return SafeString(page_svg(View(drawing, counts, href, here.vertex.key, label)))


@dataclass(frozen=True, slots=True)
class _Counted:
    """A vertex of the graph, and its jobs by status word."""

    vertex: Vertex
    counts: dict[str, int]


def _counted(group: Group, side: str) -> Sequence[_Counted]:
    """Return the group as one vertex if it is collapsed, else each of its jobs."""
    if group.is_collapsed:
        members = (group.family_id,) if group.family_id is not None else ()
        label = group.label or "other jobs"
        key = f"{side}-{group.family_id}"  # a family may stand on both sides
        return [_Counted(Vertex(key, label, group.n_jobs, "family", members), group.counts)]
    return [
        _Counted(Vertex(f"j{job.job_id}", job.name, 1, "job", (job.job_id,)), {job.word: 1})
        for job in group.jobs
    ]
