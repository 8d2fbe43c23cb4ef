"""What a spec names comes back in the order in which it was written, on every database."""

import pytest

from specification.compile import plan_workflow
from tests import factories
from workflows.creation.create import create_workflow
from workflows.graph.workflow_graph import draw_graph
from workflows.results.column_choices import load_choices

pytestmark = pytest.mark.django_db

SWEEP = """
name: sweep
jobs:
  - name: fit_{rate}_{b}_{aa}
    command: "true"
    parameters: {rate: "1:3", b: "1:3", aa: "1:3"}
"""


def test_parameters_keep_the_order_of_the_spec() -> None:
    workflow = create_workflow(plan_workflow(SWEEP), owner=factories.make_user())
    written = ["rate", "b", "aa"]
    family = workflow.families.get()
    assert list(family.parameters.items()) == [(name, [1, 2, 3]) for name in written]
    assert draw_graph(workflow).splits == written
    assert [column.name for column in load_choices(workflow).parameters] == written


def test_parameters_that_are_saved_again_keep_their_order() -> None:
    workflow = create_workflow(plan_workflow(SWEEP), owner=factories.make_user())
    family = workflow.families.get()
    family.parameters = {"z": [1], "a": [2]}
    family.save(update_fields=["parameters"])
    family.refresh_from_db()
    assert list(family.parameters.items()) == [("z", [1]), ("a", [2])]
