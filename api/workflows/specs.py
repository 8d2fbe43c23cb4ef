from typing import Any, Literal, cast

from ninja import Router, Status

from accounts.credentials import ApiRequest, person
from api.exceptions import UnsupportedKind
from api.schemas import Fields
from api.workflows.serializers import workflow_fields
from api.workflows.specs_schemas import CreatedOut, SpecCountsOut, SpecIn
from api.workflows.workflows import refuse_directory
from specification.compile import plan_workflow
from specification.plan import WorkflowPlan
from specification.resource_totals import total_resources
from workflows.creation.create import create_workflow

FORMATS = ("yaml", "json")

router = Router(tags=["workflows"])


@router.post("/workflow_specs", response={201: CreatedOut})
def create_from_spec(request: ApiRequest, body: SpecIn) -> Status[Fields]:
    """Make a whole workflow from a spec in YAML or JSON: all of it, or nothing."""
    plan = _plan(body)
    owner = person(request)
    if body.user and body.user != owner.username:
        plan.settings = {**plan.settings, "user": body.user}
    workflow = create_workflow(
        plan,
        owner=owner,
        spec_text=body.spec,
        submission_directory=body.submission_directory,
    )
    return Status(201, {**workflow_fields(workflow), "counts": _counts(plan)})


@router.post("/workflow_specs/check", response=SpecCountsOut)
def check_spec(request: ApiRequest, body: SpecIn) -> Fields:
    """Say what a spec stands for, or all that is wrong with it; nothing is stored."""
    return _counts(_plan(body))


def _plan(body: SpecIn) -> WorkflowPlan:
    refuse_directory(body.submission_directory)
    kind = body.format.lower() if body.format else None
    if kind not in (None, *FORMATS):
        detail = f"Specs in the format '{body.format}' cannot be read."
        raise UnsupportedKind(
            "unsupported_spec_format", detail, pointer="/format", hint="Use YAML or JSON."
        )
    return plan_workflow(body.spec, format=cast('Literal["yaml", "json"] | None', kind))


def _counts(plan: WorkflowPlan) -> dict[str, Any]:
    families = [{"label": family.label, "n_jobs": family.n_jobs} for family in plan.families]
    return {
        "name": plan.name,
        "n_jobs": len(plan.jobs),
        "n_families": len(plan.families),
        "n_edges": plan.n_edges,
        "n_ready": plan.n_ready,
        "n_files": len(plan.files),
        "n_user_data": len(plan.user_data),
        "n_resource_requirements": len(plan.requirements),
        "asked": _asked(plan),
        "families": families,
        "warnings": list(plan.warnings),
    }


def _asked(plan: WorkflowPlan) -> Fields:
    totals = total_resources(plan.jobs, plan.requirements)
    return {
        "cpu_hours": totals.cpu_hours,
        "gpu_hours": totals.gpu_hours,
        "memory_gib_hours": totals.gib_hours,
        "n_jobs_without_limit": totals.n_unlimited,
    }
