import pytest

from workflows.graph.counts import FAMILIES
from workflows.graph.graph import DRAWINGS
from workflows.results.query import KEEPER


@pytest.fixture(autouse=True)
def _forgetful_tables() -> None:
    """Forget the tables and drawings of earlier tests, whose rows had the same ids."""
    KEEPER.clear()
    DRAWINGS.clear()
    FAMILIES.clear()
