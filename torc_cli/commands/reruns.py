"""`torc failures` and `torc jobs rerun`: why jobs failed, and running them again."""

from typing import Any

from torc_cli.errors import UsageError
from torc_cli.http.client import Client, connect, query_of
from torc_cli.line.arguments import Call, id_of
from torc_cli.line.ids_and_questions import confirm, is_asking, workflow_of
from torc_cli.screen import output
from torc_cli.screen.wording import seconds_in_words

_CAUSE = 72
_FAILURES: "list[output.Column]" = [
    ("Jobs", "n_jobs"),
    ("Cause", lambda row: output.cut(row["cause"], _CAUSE)),
    ("Return Code", lambda row: ", ".join(row["return_codes"])),
    ("Families", lambda row: output.cut(", ".join(each["name"] for each in row["families"]))),
    ("Stands Out", lambda row: output.cut(", ".join(each["sentence"] for each in row["traits"]))),
    ("Follow-ups", "n_follow_ups"),
]


def failures(call: Call) -> None:
    """Show the failed jobs of a workflow by cause, and a command for each that may help."""
    workflow_id = workflow_of(call)
    query = query_of(run_id=call.number("run_id"))
    found = connect(call).json("GET", f"/workflows/{workflow_id}/failures{query}")
    if call.wants_json:
        output.show_json(found)
        return
    groups = found["groups"]
    output.show_rows(call, groups, _FAILURES, "failed jobs")
    for group in groups:
        remedy = group["remedy"]
        lines = ["", f"{remedy['sentence']}:", f"  {remedy['command']}"]
        lines += [f"  {remedy['advice']}"] if remedy["advice"] else []
        output.emit("\n".join(output.visible(line) for line in lines))
    if found["n_groups"] > len(groups):
        output.emit(f"\nand {found['n_groups'] - len(groups)} more causes")


def rerun(call: Call) -> None:
    """Run jobs again, after saying what that means where a person can answer."""
    workflow_id = workflow_of(call)
    client = connect(call)
    asked = _asked(call, client, workflow_id)
    fingerprint = None
    if call.flag("dry_run") or is_asking(call):
        preview = client.json("GET", f"/workflows/{workflow_id}/rerun_preview{_query(asked)}")
        if call.flag("dry_run"):
            _show(call, preview, f"A rerun in workflow {workflow_id} would reset")
            return
        _show(call, preview, f"A rerun in workflow {workflow_id} will reset")
        confirm(call, f"Rerun {preview['n_jobs']} jobs?")
        fingerprint = preview["fingerprint"]
    flags = {"start": not call.flag("no_start"), "force": call.flag("force")}
    if fingerprint:
        asked["fingerprint"] = fingerprint
    done = client.json("POST", f"/workflows/{workflow_id}/rerun", {**asked, **flags})
    _show(call, done, f"Rerun in workflow {workflow_id}: reset")


def _asked(call: Call, client: Client, workflow_id: int) -> "dict[str, Any]":
    """What the options say, in the words of the API."""
    if call.flag("failed") and (call.texts("status") or call.texts("job")):
        raise UsageError("--failed cannot be combined with --status or --job")
    asked: dict[str, Any] = {
        "job_ids": [id_of(text, "job") for text in call.texts("job")],
        "statuses": call.texts("status"),
        "family": call.text("family"),
        "cause": _cause(call, client, workflow_id),
        "name": call.text("name"),
        "return_code": call.number("return_code"),
        "downstream": None if not call.flag("no_downstream") else False,
        "upstream": True if call.flag("upstream") else None,
        "memory": call.text("memory"),
        "runtime": call.text("runtime"),
        "num_cpus": call.amount("num_cpus"),
        "num_gpus": call.amount("num_gpus"),
    }
    return {key: value for key, value in asked.items() if value not in (None, [])}


def _cause(call: Call, client: Client, workflow_id: int) -> "str | None":
    """The one cause that a text means: the whole of it, or a part that no other has."""
    text = call.text("cause")
    if text is None:
        return None
    found = client.json("GET", f"/workflows/{workflow_id}/failures")
    groups = found["groups"]
    if any(group["cause"] == text for group in groups) or found["n_groups"] > len(groups):
        return text
    wanted = text.lower()
    meant = [
        group["cause"]
        for group in groups
        if wanted in group["cause"].lower() or wanted in group["error_line"].lower()
    ]
    if len(meant) == 1:
        return str(meant[0])
    what = f"{len(meant)} causes match" if meant else "no cause matches"
    raise UsageError(f"{what} '{text}'", f"see `torc failures {workflow_id}`")


def _query(asked: "dict[str, Any]") -> str:
    """The query of a preview; what is a list is repeated."""
    parts = [
        query_of(**{key: value})[1:]
        for key, values in asked.items()
        for value in (values if isinstance(values, list) else [values])
    ]
    return "?" + "&".join(parts) if parts else ""


def _show(call: Call, counts: "dict[str, Any]", beginning: str) -> None:
    if call.wants_json:
        output.show_json(counts)
        return
    groups = [
        (counts["n_selected"], "selected"),
        (counts["n_upstream"], "before them"),
        (counts["n_downstream"], "that follow from them"),
    ]
    first, *rest = [f"{n} {what}" for n, what in groups if n] or ["none"]
    lines = [f"{beginning} {', '.join([f'{_jobs(counts)}: {first}', *rest])}"]
    lines += [f"  {line}" for line in _details(counts)]
    output.emit("\n".join(output.visible(line) for line in lines))


def _jobs(counts: "dict[str, Any]") -> str:
    return "1 job" if counts["n_jobs"] == 1 else f"{counts['n_jobs']} jobs"


def _details(counts: "dict[str, Any]") -> "list[str]":
    lines = []
    for family in counts["families"]:
        n = family["n_selected"] + family["n_upstream"] + family["n_downstream"]
        lines.append(f"{n:>6} {family['label']}")
    for key, what in (("files", "file"), ("user_data", "user data value")):
        if n := counts[key]["n"]:
            names = output.cut(", ".join(counts[key]["names"]))
            lines.append(f"overwrites {n} {what}{'' if n == 1 else 's'}: {names}")
    for change in counts["changes"]:
        pairs = [
            f"{name} {before} → {change['after'][name]}"
            for name, before in change["before"].items()
        ]
        lines.append(f"{change['name']}: {', '.join(pairs)} for {_jobs(change)}")
    if counts["cpu_seconds"]:
        lines.append(f"takes about {seconds_in_words(counts['cpu_seconds'])} of CPU time")
    if counts["n_held_back"]:
        n = counts["n_held_back"]
        lines.append(
            f"leaves {n} canceled that wait{'s' if n == 1 else ''} for other bad ends, too"
        )
    if counts["n_running"] and "is_active" not in counts:
        running = ", ".join(counts["running"][:3])
        lines.append(f"{counts['n_running']} of them run now ({running}): needs --force")
    if counts.get("audit_id"):
        state = "started" if counts["is_active"] else "not started"
        lines.append(f"{state}; audit entry {counts['audit_id']}")
    return lines
