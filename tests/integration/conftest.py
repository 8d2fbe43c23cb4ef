import pytest

from workflows.addressing import KEEPER
from workflows.counting import FAMILIES
from workflows.drawing import DRAWINGS


@pytest.fixture(autouse=True)
def _forgetful_tables() -> None:
    """Forget the tables and drawings of earlier tests, whose rows had the same ids."""
    KEEPER.clear()
    DRAWINGS.clear()
    FAMILIES.clear()
