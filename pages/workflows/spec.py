from django.http import HttpResponse
from django.views.decorators.http import require_safe

from pages.live import Live, unchanged
from pages.workflows.header import header_of, snapshot_of, workflow_page
from web.requests import HtmxRequest
from workflows.models import Workflow


@require_safe
def spec(request: HtmxRequest, workflow_id: int) -> HttpResponse:
    """Show the spec that a workflow was made from, as it was written."""
    snapshot = snapshot_of(request, workflow_id)
    if answer := unchanged(request, snapshot.revision):
        return answer
    text = Workflow.objects.values_list("spec_text", flat=True).get(pk=workflow_id)
    live = Live(snapshot.revision, None)  # a spec may be long and never changes
    return workflow_page(
        request,
        header_of(snapshot),
        "workflows/spec.html",
        {"text": text},
        tab="spec",
        title="Spec",
        live=live,
    )
