from dataclasses import asdict

from django.http import HttpResponse
from ninja import Query, Router

from accounts.credentials import ApiRequest
from api.exceptions import Invalid
from api.json_response import dumps, json_object_with, json_response
from api.pagination import envelope
from api.schemas import Fields, PageQuery
from api.userdata.save import restore
from api.userdata.schemas import (
    DiffOut,
    DiffQuery,
    RestoreIn,
    UserDataOut,
    VersionListOut,
    VersionTextOut,
)
from api.userdata.user_data import value_response, visible_value
from jobs.models import Result
from userdata import diff, history
from userdata.history import Version
from userdata.models import UserData
from workflows.editing.user_data import version_not_found

router = Router(tags=["user data"])


@router.get("/user_data/{int:user_data_id}/history", response=VersionListOut)
def list_versions(request: ApiRequest, user_data_id: int, query: Query[PageQuery]) -> HttpResponse:
    """List the versions of a value that are kept, the present one first."""
    versions = history.versions(visible_value(request.auth, user_data_id))
    shown = versions[query.offset : query.offset + query.limit]
    return envelope(dumps(_fields(shown)), query, len(shown), len(versions))


@router.get("/user_data/{int:user_data_id}/history/diff", response=DiffOut)
def compare_versions(
    request: ApiRequest, user_data_id: int, query: Query[DiffQuery]
) -> HttpResponse:
    """Compare two versions of a value line by line and key by key."""
    row = visible_value(request.auth, user_data_id)
    new = row.version if query.to_version is None else query.to_version
    old = _before(row, new) if query.from_version is None else query.from_version
    difference = diff.compare(_text(row, old), _text(row, new))
    return json_response(dumps({"from_version": old, "to_version": new, **asdict(difference)}))


@router.get("/user_data/{int:user_data_id}/history/{int:version}", response=VersionTextOut)
def get_version(request: ApiRequest, user_data_id: int, version: int) -> HttpResponse:
    """Return one version of a value as it was written."""
    row = visible_value(request.auth, user_data_id)
    text = _text(row, version)
    named = [listed for listed in history.versions(row) if listed.version == version]
    return json_response(json_object_with(_fields(named)[0], "data", text))


@router.post("/user_data/{int:user_data_id}/restore", response=UserDataOut)
def restore_version(request: ApiRequest, user_data_id: int, body: RestoreIn) -> HttpResponse:
    """Make the data of an older version the newest."""
    row = visible_value(request.auth, user_data_id)
    return value_response(restore(request, row, body.version))


def _fields(versions: list[Version]) -> list[Fields]:
    attempts = Result.objects.filter(
        pk__in=[version.result_id for version in versions if version.result_id]
    )
    jobs = dict(attempts.values_list("pk", "job_id"))
    return [
        {
            **{name: value for name, value in asdict(version).items() if name != "author_id"},
            "changed_at": version.changed_at.isoformat(),
            "job_id": jobs.get(version.result_id or 0),
        }
        for version in versions
    ]


def _text(row: UserData, version: int) -> str:
    text = history.text_of(row, version)
    if text is None:
        raise version_not_found(row, version)
    return text


def _before(row: UserData, version: int) -> int:
    """Return the newest version before `version` that is kept.

    Raises:
        Invalid: there is none.
    """
    numbers = [listed.version for listed in history.versions(row)]
    older = [number for number in numbers if number < version]
    if not older:
        detail = f"'{row.name}' has no version before {version}, so there is nothing to compare."
        raise Invalid("nothing_to_compare", detail, pointer="/from_version")
    return max(older)
