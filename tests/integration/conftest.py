import pytest

from workflows.addressing import KEEPER


@pytest.fixture(autouse=True)
def _forgetful_tables() -> None:
    """Forget the tables of earlier tests, whose rows had the same ids."""
    KEEPER.clear()
