from django.http import HttpResponse
from ninja import Query, Router

from accounts.authentication import ApiRequest
from torc_site.http import as_download
from torc_site.rest.json_text import answer, dumps
from torc_site.rest.problems import Invalid, did_you_mean
from userdata.api.links import workflow_of
from workflows.drawing import graph_of
from workflows.picturing import CONTENT_TYPES
from workflows.schemas.graph import GraphOut, GraphQuery

router = Router(tags=["workflow relations"])


@router.get("/workflows/{int:workflow_id}/graph", response=GraphOut)
def get_graph(request: ApiRequest, workflow_id: int, query: Query[GraphQuery]) -> HttpResponse:
    """Return the graph of families, or of single jobs if they are few, with counts by status.

    `data` makes files and user data nodes, `split` makes one node for each value of a parameter.
    """
    workflow = workflow_of(request.auth, workflow_id)
    picture = graph_of(workflow, data_nodes=query.data, split=query.split)
    if query.split != picture.split:
        detail = f"No family has the parameter '{query.split}' to be split by."
        hint = did_you_mean(query.split or "", picture.splits)
        raise Invalid("unknown_reference", detail, pointer="/split", hint=hint)
    if query.format == "json":
        return answer(dumps(picture.record()))
    kind = query.format
    response = HttpResponse(picture.file(kind), content_type=CONTENT_TYPES[kind])
    return as_download(response, f"{workflow.pk}.{kind}")
