from django.http import HttpResponse
from ninja import Query, Router

from accounts.credentials import ApiRequest
from api.exceptions import Invalid, did_you_mean
from api.json_response import dumps, json_response
from api.queries import visible_workflow
from api.workflows.graph_schemas import GraphOut, GraphQuery
from web.requests import as_download
from workflows.graph.picture import CONTENT_TYPES
from workflows.graph.workflow_graph import draw_graph

router = Router(tags=["workflow relations"])


@router.get("/workflows/{int:workflow_id}/graph", response=GraphOut)
def get_graph(request: ApiRequest, workflow_id: int, query: Query[GraphQuery]) -> HttpResponse:
    """Return the graph of families, or of single jobs if they are few, with counts by status.

    `data` makes files and user data nodes, `split` makes one node for each value of a parameter.
    """
    workflow = visible_workflow(request.auth, workflow_id)
    picture = draw_graph(workflow, has_data=query.data, split=query.split)
    if query.split != picture.split:
        detail = f"No family has the parameter '{query.split}' to be split by."
        hint = did_you_mean(query.split or "", picture.splits)
        raise Invalid("unknown_reference", detail, pointer="/split", hint=hint)
    if query.format == "json":
        return json_response(dumps(picture.as_json()))
    kind = query.format
    response = HttpResponse(picture.file(kind), content_type=CONTENT_TYPES[kind])
    return as_download(response, f"{workflow.pk}.{kind}")
