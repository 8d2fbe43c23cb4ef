"""`torc graph`: the stages of a workflow as a list, its graph as an SVG picture or a DOT file."""

from torc_cli.http.client import connect, query_of
from torc_cli.line.arguments import Call
from torc_cli.line.operands import workflow_of
from torc_cli.screen import output
from torc_cli.screen.quantities import counts_in_words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_STARTS_WIDTH = 100
_UNITS = {"jobs": "Job", "families": "Family", "stages": "Families"}


def graph(call: Call) -> None:
    """Print the stages of a workflow, or its graph in the form that `--format` names."""
    path = f"/workflows/{workflow_of(call)}/graph"
    query = {"data": True if call.flag("data_nodes") else None, "split": call.text("split")}
    client = connect(call)
    kind = call.text("format")
    if kind in ("svg", "dot"):
        text = client.text(path + query_of(**query, format=kind)).removesuffix("\n")
        output.emit(output.only_colors(text) if output.is_terminal() else text)
        return
    drawing = client.json("GET", path + query_of(**query))
    if call.wants_json:
        output.show_json(drawing)
        return
    columns: list[output.Column] = [
        ("Stage", "stage"),
        (_UNITS[drawing["unit"]], "label"),
        ("Jobs", "n"),
        ("Status", _status),
        ("Starts", lambda row: output.cut(row["starts"].removeprefix("starts "), _STARTS_WIDTH)),
    ]
    # Files and user data have no stage: only a picture shows them, between the jobs.
    rows = [node for node in drawing["nodes"] if node["stage"] is not None]
    output.show_rows(call, rows, columns, "jobs")


def _status(node: "dict[str, Any]") -> str:
    words = counts_in_words(node["counts"])
    return words.removeprefix("1 ") if node["kind"] == "job" else words
