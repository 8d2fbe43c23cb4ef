from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Max, QuerySet
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accounts.credentials import person
from accounts.models import ApiToken, AuditEntry, AuditEntryQuerySet, User
from pages.live import IDLE_SECONDS, Live, live_page, unchanged
from pages.tables import table_page
from pages.workflows.header import header_of, snapshot_of, workflow_page
from web.requests import HtmxRequest
from workflows.models import Workflow

SURFACES = AuditEntry.Surface
PAGES = {"job": "job", "user_data": "user_data"}
"""Kinds of object that have a page -> the name of its URL."""


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One entry, with the names of what it refers to by id."""

    entry: AuditEntry
    workflow: str | None
    """The name; None if the workflow was deleted, or the reader may not see it."""
    token: str
    page: str
    """The name of the URL of the object that was acted on; empty if it has none."""

    @property
    def what(self) -> str:
        """Return the action in words."""
        return self.entry.verb.replace("_", " ")

    @property
    def details(self) -> list[tuple[str, str]]:
        """Return the summary in words; zeros and empty values are left out."""
        return [
            (name.removeprefix("n_").replace("_", " "), _in_words(value))
            for name, value in self.entry.summary.items()
            if name != "key" and (value not in (0, None, "", [], {}) or value is False)
        ]


def _in_words(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return ", ".join(f"{name} {_in_words(item)}" for name, item in value.items())
    if isinstance(value, list):
        return ", ".join(_in_words(item) for item in value)
    return f"{value:,}" if isinstance(value, int) else str(value)


@require_safe
def audit(request: HtmxRequest) -> HttpResponse:
    """List what the person did, the latest first; for staff, what everybody did."""
    user = person(request)
    entries = AuditEntry.objects.all()
    rows = entries if user.is_staff else entries.by(user.actor())
    newest = rows.aggregate(newest=Max("pk"))["newest"] or 0
    if answer := unchanged(request, str(newest)):
        return answer
    context = {"is_all": user.is_staff, **_table(request, user, rows)}
    live = Live(str(newest), IDLE_SECONDS)
    return live_page(request, "workflows/audit.html", context, title="Audit", live=live)


@require_safe
def workflow_audit(request: HtmxRequest, workflow_id: int) -> HttpResponse:
    """List what people did to a workflow, the latest first."""
    snapshot = snapshot_of(request, workflow_id)
    rows = AuditEntry.objects.on_workflow(workflow_id)
    # An entry may be written after the change that it records.
    revision = f"{snapshot.revision}.{rows.aggregate(newest=Max('pk'))['newest'] or 0}"
    if answer := unchanged(request, revision):
        return answer
    header = header_of(snapshot)
    return workflow_page(
        request,
        header,
        "workflows/audit.html",
        {"is_all": True, **_table(request, person(request), rows)},
        tab="audit",
        title="Audit",
        live=Live(revision, header.live.seconds),
    )


def _table(request: HttpRequest, reader: User, rows: AuditEntryQuerySet) -> dict[str, Any]:
    names = ("who", "what", "from", "entry")
    filters = {name: request.GET.get(name, "").strip() for name in names}
    entries = _filtered(rows, filters)

    def show(page: QuerySet[AuditEntry]) -> list[AuditRow]:
        return _audit_rows(reader, list(page))

    return {
        "table": table_page(entries.order_by("-pk"), request, show, total=entries.count()),
        "filters": filters,
        "surface": filters["from"],
        "is_filtered": any(filters.values()),
        "surfaces": SURFACES.choices,
    }


def _filtered(entries: AuditEntryQuerySet, filters: dict[str, str]) -> AuditEntryQuerySet:
    if filters["who"]:
        entries = entries.filter(username__icontains=filters["who"])
    if filters["what"]:
        entries = entries.filter(verb__icontains=filters["what"].replace(" ", "_"))
    if filters["from"] in SURFACES.values:
        entries = entries.filter(surface=filters["from"])
    number = filters["entry"]
    if number.isascii() and number.isdigit() and len(number) < 19:
        entries = entries.filter(pk=int(number))
    return entries


def _audit_rows(reader: User, entries: Sequence[AuditEntry]) -> list[AuditRow]:
    """Look up the names of workflows and tokens, each in one query."""
    visible = Workflow.objects.visible_to(reader.actor())
    workflow_ids = {entry.workflow_id for entry in entries if entry.workflow_id}
    names = dict(visible.filter(pk__in=workflow_ids).values_list("pk", "name"))
    token_ids = {entry.token_id for entry in entries if entry.token_id}
    tokens = dict(ApiToken.objects.filter(pk__in=token_ids).values_list("pk", "name"))
    return [
        AuditRow(
            entry=entry,
            workflow=names.get(entry.workflow_id or 0),
            token=tokens.get(entry.token_id or 0, ""),
            page=PAGES.get(entry.kind, "") if entry.workflow_id in names else "",
        )
        for entry in entries
    ]
