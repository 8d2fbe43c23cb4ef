"""Pages of one workflow that all who may see it get from one rendering."""

from collections.abc import Callable

from django.http import HttpResponse

from pages.shared_rendering import Looked, Shown, shared_page
from pages.workflows.header import Scene, check_visible, scene_of
from torc_site.middleware import HtmxRequest


def shared_view(
    request: HtmxRequest, workflow_id: int, show: Callable[[Scene], Shown]
) -> HttpResponse:
    """Answer with the page, or with what has changed on it.

    Args:
        request: of somebody who may see the workflow, or is told that there is none.
        workflow_id: the workflow.
        show: renders it as it is now; called only if no rendering is young enough.
    """

    def look() -> Looked:
        scene = scene_of(request, workflow_id)
        return Looked(scene.revision, lambda: show(scene))

    return shared_page(request, lambda: check_visible(request, workflow_id), look)
