"""`torc failures`: the causes for which jobs failed."""

from torc_cli.http.client import connect, query_of
from torc_cli.line.arguments import Call
from torc_cli.line.operands import workflow_of
from torc_cli.screen import output

_CAUSE_WIDTH = 72
_COLUMNS: "list[output.Column]" = [
    ("Jobs", "n_jobs"),
    ("Cause", lambda row: output.cut(row["cause"], _CAUSE_WIDTH)),
    ("Return Code", lambda row: ", ".join(row["return_codes"])),
    ("Families", lambda row: output.cut(", ".join(family["name"] for family in row["families"]))),
    ("Stands Out", lambda row: output.cut(", ".join(trait["sentence"] for trait in row["traits"]))),
    ("Follow-ups", "n_follow_ups"),
]


def failures(call: Call) -> None:
    """List the failed jobs of a workflow by cause, each with a command that may help."""
    workflow_id = workflow_of(call)
    query = query_of(run_id=call.number("run_id"))
    answer = connect(call).json("GET", f"/workflows/{workflow_id}/failures{query}")
    if call.wants_json:
        output.show_json(answer)
        return
    groups = answer["groups"]
    output.show_rows(call, groups, _COLUMNS, "failed jobs")
    for group in groups:
        remedy = group["remedy"]
        lines = ["", f"{remedy['sentence']}:", f"  {remedy['command']}"]
        lines += [f"  {remedy['advice']}"] if remedy["advice"] else []
        output.emit("\n".join(output.visible(line) for line in lines))
    n_more = answer["n_groups"] - len(groups)
    if n_more > 0:
        from specification.texts.counts import counted

        output.emit(f"\nand {counted(n_more, 'more cause')}")
