from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Max, QuerySet
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accounts.credentials import person
from accounts.models import ApiToken, AuditEntry, AuditEntryQuerySet
from pages.live import IDLE_SECONDS, Live, live_page, unchanged
from pages.tables import slice_of
from pages.workflows.header import head_of, scene_of
from web.requests import HtmxRequest
from workflows.models import Workflow

SURFACES = AuditEntry.Surface
PARTS = {"job": "job", "user_data": "user_data"}
"""Kinds of object that have a page, and the name of its address."""


@dataclass(frozen=True, slots=True)
class Told:
    """One entry, with the names of what it refers to by id."""

    entry: AuditEntry
    workflow: str | None
    """The name; None if it is gone, or not for the reader."""
    token: str
    page: str
    """The name of the address of what was acted on; empty if it has none."""

    @property
    def what(self) -> str:
        """Return the deed in words."""
        return self.entry.verb.replace("_", " ")

    @property
    def details(self) -> list[tuple[str, str]]:
        """Return what the summary says, in words; what is none or nothing is left out."""
        told = {name: value for name, value in self.entry.summary.items() if name != "key"}
        return [
            (name.removeprefix("n_").replace("_", " "), _in_words(value))
            for name, value in told.items()
            if value not in (0, None, "", [], {}) or value is False
        ]


def _in_words(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return ", ".join(f"{name} {_in_words(one)}" for name, one in value.items())
    if isinstance(value, list):
        return ", ".join(_in_words(one) for one in value)
    return f"{value:,}" if isinstance(value, int) else str(value)


@require_safe
def audit(request: HtmxRequest) -> HttpResponse:
    """List what a person did, the latest first; to staff, what everybody did."""
    user = person(request)
    entries = AuditEntry.objects.all()
    rows = entries if user.is_staff else entries.by(user.actor())
    newest = rows.aggregate(newest=Max("pk"))["newest"] or 0
    if answer := unchanged(request, str(newest)):
        return answer
    context = {"is_all": user.is_staff, **_table(request, rows)}
    live = Live(str(newest), IDLE_SECONDS)
    return live_page(request, "workflows/_audit.html", context, title="Audit", live=live)


@require_safe
def workflow_audit(request: HtmxRequest, workflow_id: int) -> HttpResponse:
    """List what people did to a workflow, the latest first."""
    scene = scene_of(request, workflow_id)
    rows = AuditEntry.objects.on_workflow(workflow_id)
    # An entry may follow the change that it tells of.
    revision = f"{scene.revision}.{rows.aggregate(newest=Max('pk'))['newest'] or 0}"
    if answer := unchanged(request, revision):
        return answer
    head = head_of(scene)
    context = {"head": head, "tab": "audit", "is_all": True, **_table(request, rows)}
    live = Live(revision, head.live.seconds)
    title = f"Audit · {scene.workflow.name} #{workflow_id}"
    return live_page(request, "workflows/_audit.html", context, title=title, live=live)


def _table(request: HttpRequest, rows: AuditEntryQuerySet) -> dict[str, Any]:
    asked = {name: request.GET.get(name, "").strip() for name in ("who", "what", "from", "entry")}
    chosen = _chosen(rows, asked)

    def told(page: QuerySet[AuditEntry]) -> list[Told]:
        return _told(request, list(page))

    return {
        "slice": slice_of(chosen.order_by("-pk"), request, told, total=chosen.count()),
        "asked": asked,
        "surface": asked["from"],
        "is_filtered": any(asked.values()),
        "surfaces": SURFACES.choices,
    }


def _chosen(rows: AuditEntryQuerySet, asked: dict[str, str]) -> AuditEntryQuerySet:
    if asked["who"]:
        rows = rows.filter(username__icontains=asked["who"])
    if asked["what"]:
        rows = rows.filter(verb__icontains=asked["what"].replace(" ", "_"))
    if asked["from"] in SURFACES.values:
        rows = rows.filter(surface=asked["from"])
    if asked["entry"].isascii() and asked["entry"].isdigit() and len(asked["entry"]) < 19:
        rows = rows.filter(pk=int(asked["entry"]))
    return rows


def _told(request: HttpRequest, entries: Sequence[AuditEntry]) -> list[Told]:
    """Look up the names of workflows and tokens, each in one query."""
    visible = Workflow.objects.visible_to(person(request).actor())
    workflow_ids = {one.workflow_id for one in entries if one.workflow_id}
    names = dict(visible.filter(pk__in=workflow_ids).values_list("pk", "name"))
    token_ids = {one.token_id for one in entries if one.token_id}
    tokens = dict(ApiToken.objects.filter(pk__in=token_ids).values_list("pk", "name"))
    return [
        Told(
            entry=one,
            workflow=names.get(one.workflow_id or 0),
            token=tokens.get(one.token_id or 0, ""),
            page=PARTS.get(one.kind, "") if one.workflow_id in names else "",
        )
        for one in entries
    ]
