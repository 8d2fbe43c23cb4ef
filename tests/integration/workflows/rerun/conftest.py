import pytest

from tests.integration.workflows.rerun.sweep import Sweep


@pytest.fixture
def sweep(db: None) -> Sweep:
    return Sweep()
