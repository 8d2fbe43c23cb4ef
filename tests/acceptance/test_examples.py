"""Every example runs as its own comment says, and the list of examples names them all."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.installation import Installation
from torc_site.environment import PROJECT_DIR

FOLDER = PROJECT_DIR / "examples"
EXAMPLES = sorted(path for path in FOLDER.iterdir() if path.suffix in (".yaml", ".json"))
FAILS = "Ends with exit code 1"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Return a running server that all examples share."""
    made = Installation(tmp_path_factory.mktemp("examples"), TORC_NUM_CPUS="4")
    made.start()
    yield made
    made.close()


def test_the_list_names_every_example() -> None:
    listed = re.findall(r"^\| \[([^]]+)\]", (FOLDER / "README.md").read_text(), re.M)
    assert sorted(listed) == [path.name for path in EXAMPLES]
    assert len(listed) >= 12


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.name)
def test_an_example_runs_to_the_end_that_it_states(server: Installation, example: Path) -> None:
    server.torc("run", str(example), expect=1 if FAILS in example.read_text() else 0)


def test_the_examples_compute_what_they_are_for(server: Installation) -> None:
    for name in ("map_reduce", "retry", "keep_going"):
        server.torc("run", str(FOLDER / f"{name}.yaml"), expect=None)
    ids = {workflow["name"]: workflow["id"] for workflow in server.json("workflows", "list")}
    values = {
        row["name"]: row["data"] for row in server.json("user-data", "list", str(ids["map_reduce"]))
    }
    assert values["total"] == 385
    codes = [
        row["return_code"]
        for row in server.json("results", "list", str(ids["retry"]), "--all-runs")
    ]
    assert codes == [75, 0]
    jobs = server.json("jobs", "list", str(ids["keep_going"]))
    assert {job["name"]: job["status"] for job in jobs} == {
        "check_1": "completed",
        "check_2": "failed",
        "check_3": "completed",
        "summary": "completed",
        "publish": "canceled",
    }
