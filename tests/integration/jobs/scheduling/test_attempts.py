"""Plans of open attempts, also from rows that somebody broke."""

import pytest
from django.db import connection

from jobs.scheduling.attempts import load_open_attempts
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("table", "column"),
    [("jobs_job", "env"), ("workflows_workflow", "env"), ("jobs_failurehandler", "rules")],
)
def test_a_broken_row_costs_its_own_job_and_no_other(table: str, column: str) -> None:
    workflow = factories.make_started_workflow()
    handler = factories.make_failure_handler(workflow, max_retries=2)
    broken = factories.make_open_result(factories.make_job(workflow, failure_handler=handler))
    other = factories.make_open_result(factories.make_job(factories.make_started_workflow()))
    with connection.cursor() as cursor:
        row = "(SELECT min(id) FROM " + table + ")"
        cursor.execute(f"UPDATE {table} SET {column} = '3' WHERE id = {row}")
    plans = load_open_attempts([broken.pk, other.pk])
    assert plans[0].result_id == broken.pk
    assert "cannot be read" in plans[0].command
    assert plans[0].command.endswith("exit 1")
    assert "cannot be read" not in plans[1].command
