from django.http import StreamingHttpResponse
from ninja import Query, Router

from accounts.credentials import ApiRequest
from api.exceptions import Invalid, did_you_mean
from api.queries import visible_workflow
from api.workflows.results_table_schemas import SweepQuery, SweepRowOut
from web.requests import streamed_download
from workflows.results.columns import JOB, STATUS
from workflows.results.export import results_file
from workflows.results.json_paths import keys_of
from workflows.results.table_query import TableQuery, parse_table_query

router = Router(tags=["workflows"])


@router.get("/workflows/{int:workflow_id}/sweep", response=list[SweepRowOut])
def get_sweep(
    request: ApiRequest, workflow_id: int, query: Query[SweepQuery]
) -> StreamingHttpResponse:
    """Return a row for each job: its parameters, how it ended, and what it wrote.

    There are no pages; `data` names paths into the user data that the jobs write.
    """
    table_query = parse_table_query(visible_workflow(request.auth, workflow_id), request.GET)
    _refuse_ignored(query, table_query)
    return streamed_download(*results_file(table_query, query.format))


def _refuse_ignored(query: SweepQuery, table_query: TableQuery) -> None:
    """Refuse parameters that the page of results would ignore.

    Raises:
        Invalid: one names a family, run, path or column that does not exist.
    """
    for path in query.data:
        if keys_of(path) is None:
            detail = f"'{path}' is not a path into JSON."
            hint = "Write keys with dots between them, such as metrics.loss."
            raise Invalid("unknown_parameter", detail, pointer="/data", hint=hint)
    existing = {"family": table_query.row_query.family, "run": table_query.row_query.run_id}
    for name in ("family", "run"):
        wanted = getattr(query, name)
        if wanted not in (None, existing[name]):
            detail = f"The workflow has no {name} {wanted}."
            raise Invalid("unknown_reference", detail, pointer=f"/{name}")
    if query.sort != table_query.sort:
        names = [column.key for column in (JOB, STATUS, *table_query.columns)]
        hint = did_you_mean(query.sort.removeprefix("-"), names)
        detail = f"There is no column '{query.sort}'."
        raise Invalid("unknown_parameter", detail, pointer="/sort", hint=hint)
