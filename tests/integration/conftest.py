import pytest

from pages.shared_rendering import RENDERINGS
from workflows.graph.counts import FAMILY_CACHE
from workflows.graph.workflow_graph import DRAWING_CACHE
from workflows.results.table_query import TABLE_CACHE


@pytest.fixture(autouse=True)
def _empty_caches() -> None:
    """Forget what earlier tests have kept, whose rows had the same ids."""
    RENDERINGS.clear()
    TABLE_CACHE.clear()
    DRAWING_CACHE.clear()
    FAMILY_CACHE.clear()
