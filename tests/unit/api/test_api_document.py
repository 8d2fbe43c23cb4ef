"""docs/api.md against what is mounted."""

import re
from inspect import unwrap

from api.app import api
from api.exception_handlers import STATUSES
from api.validation import parameters_of
from torc_site.environment import PROJECT_DIR

TEXT = (PROJECT_DIR / "docs" / "api.md").read_text()
DOCUMENTED = dict(re.findall(r"^\| `([A-Z]+ /[^`]*)` \|(.*)\|$", TEXT, re.MULTILINE))
PAGING = {"offset", "limit", "sort_by", "reverse_sort"}


def operations() -> dict[str, frozenset[str]]:
    """Return every mounted route with the parameters it reads."""
    parameters = {}
    for bound in api._get_bound_routers():
        for path, view in bound.path_operations.items():
            plain = re.sub(r"\{(?:int:)?(\w+)\}", r"{\1}", path)
            for operation in view.operations:
                for method in operation.methods:
                    parameters[f"{method} {plain}"] = parameters_of(unwrap(operation.view_func))
    return parameters


def test_every_route_is_documented_and_every_documented_route_exists() -> None:
    assert set(operations()) == set(DOCUMENTED)


def test_the_parameters_of_every_route_are_named_in_its_row() -> None:
    for route, names in operations().items():
        row = DOCUMENTED[route]
        missing = [
            name for name in names - PAGING if f"`{name}" not in row and name not in ("async",)
        ]
        assert not missing, f"{route}: {missing}"


def test_every_status_of_a_refusal_is_documented() -> None:
    for status in STATUSES.values():
        assert re.search(rf"^\| [\d, ]*{status}[\d, ]* \|", TEXT, re.MULTILINE), status
