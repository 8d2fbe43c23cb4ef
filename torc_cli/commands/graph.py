"""`torc graph`: what of a workflow starts when, as a list, a picture, or text for Graphviz."""

from torc_cli.http.client import connect, query_of
from torc_cli.line.arguments import Call
from torc_cli.line.ids_and_questions import workflow_of
from torc_cli.screen import output
from torc_cli.screen.wording import counts_in_words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_WIDEST = 100
_UNITS = {"jobs": "Job", "families": "Family", "stages": "Families"}


def graph(call: Call) -> None:
    """Print the stages of a workflow, or its graph in the form that was asked for."""
    path = f"/workflows/{workflow_of(call)}/graph"
    asked = {"data": True if call.flag("data_nodes") else None, "split": call.text("split")}
    client = connect(call)
    kind = call.text("format")
    if kind in ("svg", "dot"):
        text = client.text(path + query_of(**asked, format=kind)).removesuffix("\n")
        output.emit(output.only_colours(text) if output.is_terminal() else text)
        return
    found = client.json("GET", path + query_of(**asked))
    if call.wants_json:
        output.show_json(found)
        return
    columns: list[output.Column] = [
        ("Stage", "stage"),
        (_UNITS[found["unit"]], "label"),
        ("Jobs", "n"),
        ("Status", _status),
        ("Starts", lambda row: output.cut(row["starts"].removeprefix("starts "), _WIDEST)),
    ]
    # Data wait for nobody and nobody starts them: a picture shows them between the jobs.
    rows = [node for node in found["nodes"] if node["stage"] is not None]
    output.show_rows(call, rows, columns, "jobs")


def _status(node: "dict[str, Any]") -> str:
    words = counts_in_words(node["counts"])
    return words.removeprefix("1 ") if node["kind"] == "job" else words
