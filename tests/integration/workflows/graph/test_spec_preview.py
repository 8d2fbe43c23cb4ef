"""The graph of a spec that is not stored."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest
from pytest_django import DjangoAssertNumQueries

from specification.compile import plan_workflow
from tests.integration.workflows.graph.pictures import SWEEP, arrows, stored
from workflows.graph.spec_preview import preview_graph
from workflows.graph.workflow_graph import draw_graph

pytestmark = pytest.mark.django_db


def test_a_preview_is_the_graph_that_is_stored_later(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_num_queries(0):
        picture = preview_graph(plan_workflow(SWEEP))
        text = picture.svg
    assert arrows(picture) == arrows(draw_graph(stored()))
    ET.fromstring(text)
