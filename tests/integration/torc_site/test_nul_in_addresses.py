"""PostgreSQL cannot compare with a NUL; whatever filter it comes in, the answer names it."""

import pytest
from django.test import Client

from tests.factories import make_user, make_workflow

pytestmark = pytest.mark.django_db

ADDRESSES = [
    *("/torc-service/v1/workflows?name=a%00b", "/torc-service/v1/workflows?user=%00"),
    *(
        f"/torc-service/v1/{kind}?workflow_id={{id}}&name=a%00"
        for kind in ("jobs", "files", "user_data", "resource_requirements")
    ),
    *("/torc-service/v1/jobs?workflow_id={id}&command=%00", "/torc-service/v1/workflows/%00"),
    *("/?q=a%00b", "/w/{id}?q=%00", "/w/{id}/audit?who=%00&what=%00", "/%00"),
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_nul_in_an_address_is_refused_by_name(address: str, client: Client) -> None:
    owner = make_user("owner")
    client.force_login(owner)
    workflow = make_workflow("pipeline", owner=owner)
    answer = client.get(address.format(id=workflow.pk))
    assert answer.status_code == 422
    assert "NUL" in answer.content.decode()


def test_text_without_a_nul_passes(client: Client) -> None:
    client.force_login(make_user("owner"))
    assert client.get("/?q=100%25+%2500").status_code == 200
