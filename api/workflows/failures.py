from dataclasses import asdict

from django.http import HttpResponse
from ninja import Query, Router

from accounts.credentials import ApiRequest
from api.json_response import json_response
from api.queries import visible_workflow
from api.schemas import Fields
from api.workflows.failures_schemas import FailuresOut, FailuresQuery
from workflows.failures.groups import group_failures

router = Router(tags=["reruns"])


@router.get("/workflows/{int:workflow_id}/failures", response=FailuresOut)
def get_failures(
    request: ApiRequest, workflow_id: int, query: Query[FailuresQuery]
) -> HttpResponse:
    """Group the failed jobs of a run by cause, with what they have in common and what may help."""
    failures = group_failures(visible_workflow(request.auth, workflow_id), query.run_id)
    fields = asdict(failures)
    for group, out in zip(failures.groups, fields["groups"], strict=True):
        shares = {"families": group.families, "nodes": group.nodes}
        out |= {name: [share._asdict() for share in listed] for name, listed in shares.items()}
        for trait, trait_out in zip(group.traits, out["traits"], strict=True):
            trait_out["sentence"] = trait.sentence
    return json_response(FailuresOut.model_validate(_with_text_keys(fields)).model_dump_json())


def _with_text_keys(fields: Fields) -> Fields:
    for group in fields["groups"]:
        group["return_codes"] = {str(code): n for code, n in group["return_codes"].items()}
    return fields
