"""What every test gets: the tier it belongs to, by folder."""

from pathlib import Path

import pytest

from tests.strict_templates import refuse_missing_names

TIERS = ("unit", "integration", "acceptance")

refuse_missing_names()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test with its tier."""
    root = Path(__file__).parent
    for item in items:
        tier = item.path.relative_to(root).parts[0]
        if tier in TIERS:
            item.add_marker(getattr(pytest.mark, tier))
