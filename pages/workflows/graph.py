"""The graph alone and as files, and the link from a cell of a matrix to its job."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from pages.shared_rendering import PageContent
from pages.workflows.graph_card import chosen_family, graph_card, sum_of
from pages.workflows.header import Snapshot, header_of, shared_view, workflow_of
from web.requests import HtmxRequest, as_download
from workflows.graph.counts import count_families
from workflows.graph.family_matrix import job_id_at
from workflows.graph.picture import CONTENT_TYPES, FileKind
from workflows.graph.workflow_graph import draw_graph


@require_safe
def graph(request: HtmxRequest, workflow_id: int) -> HttpResponse:
    """Show the graph alone, as large as the window."""
    return shared_view(request, workflow_id, lambda snapshot: _shown(request, snapshot))


def _shown(request: HtmxRequest, snapshot: Snapshot) -> PageContent:
    workflow = snapshot.workflow
    families = count_families(workflow.pk)
    header = header_of(snapshot, sum_of(families))
    chosen = chosen_family(request, workflow)
    card = graph_card(request, workflow, families, chosen, workflow.get_absolute_url())
    title = f"Graph · {workflow.name} #{workflow.pk}"
    context = {"header": header, **card, "is_alone": True}
    return PageContent("workflows/graph.html", context, title, header.status.word, header.live)


@require_safe
def graph_file(request: HttpRequest, workflow_id: int, kind: FileKind) -> HttpResponse:
    """Send the graph as a picture, or as text for Graphviz."""
    picture = draw_graph(
        workflow_of(request, workflow_id),
        has_data=request.GET.get("data") == "1",
        split=request.GET.get("split"),
    )
    name = slugify(picture.name) or "workflow"
    response = HttpResponse(picture.file(kind), content_type=CONTENT_TYPES[kind])
    return as_download(response, f"{name}.{kind}")


@require_safe
def job_by_position(request: HttpRequest, workflow_id: int) -> HttpResponse:
    """Go to the job at a position of its family, counted from 0."""
    workflow = workflow_of(request, workflow_id)
    family, index = (request.GET.get(name, "") for name in ("family", "index"))
    if not all(text.isascii() and text.isdigit() and len(text) < 12 for text in (family, index)):
        raise Http404("Both family and index must be numbers.")
    job_id = job_id_at(workflow.pk, int(family), int(index))
    if job_id is None:
        raise Http404("There is no job at this position.")
    return redirect("job", workflow_id, job_id)
