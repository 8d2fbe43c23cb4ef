"""`torc jobs rerun`: runs jobs again, and what follows from them."""

from typing import Any

from specification.texts.counts import agree, counted
from torc_cli.errors import UsageError
from torc_cli.http.client import Client, connect, query_of
from torc_cli.line.arguments import Call, id_of
from torc_cli.line.operands import workflow_of
from torc_cli.screen import output
from torc_cli.screen.confirm import can_ask, confirm
from torc_cli.screen.quantities import seconds_in_words


def rerun(call: Call) -> None:
    """Run jobs again; where a person can answer, first show what that means and ask."""
    workflow_id = workflow_of(call)
    client = connect(call)
    request = _request(call, client, workflow_id)
    fingerprint = None
    if call.flag("dry_run") or can_ask(call):
        preview = client.json("GET", f"/workflows/{workflow_id}/rerun_preview{_query(request)}")
        if call.flag("dry_run"):
            _show(call, preview, f"A rerun in workflow {workflow_id} would reset")
            return
        if preview["n_jobs"]:  # else the server says why there is nothing to do
            _show(call, preview, f"A rerun in workflow {workflow_id} will reset")
            confirm(call, f"Rerun {counted(preview['n_jobs'], 'job')}?")
        fingerprint = preview["fingerprint"]
    flags = {"start": not call.flag("no_start"), "force": call.flag("force")}
    if fingerprint:
        request["fingerprint"] = fingerprint
    receipt = client.json("POST", f"/workflows/{workflow_id}/rerun", {**request, **flags})
    _show(call, receipt, f"Rerun in workflow {workflow_id}: reset")


def _request(call: Call, client: Client, workflow_id: int) -> "dict[str, Any]":
    """Return the options of the command as the API names them."""
    if call.flag("failed") and (call.texts("status") or call.texts("job")):
        raise UsageError("--failed cannot be combined with --status or --job")
    fields: dict[str, Any] = {
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
    return {name: value for name, value in fields.items() if value not in (None, [])}


def _cause(call: Call, client: Client, workflow_id: int) -> "str | None":
    """Return the whole cause that `--cause` names by a part that no other cause has.

    Raises UsageError when no cause has that part, or several have it.
    """
    text = call.text("cause")
    if text is None:
        return None
    failures = client.json("GET", f"/workflows/{workflow_id}/failures")
    groups = failures["groups"]
    if any(group["cause"] == text for group in groups) or failures["n_groups"] > len(groups):
        return text
    part = text.lower()
    matches = [
        group["cause"]
        for group in groups
        if part in group["cause"].lower() or part in group["error_line"].lower()
    ]
    if len(matches) == 1:
        return str(matches[0])
    what = f"{len(matches)} causes match" if matches else "no cause matches"
    raise UsageError(f"{what} '{text}'", f"see `torc failures {workflow_id}`")


def _query(request: "dict[str, Any]") -> str:
    """Return the fields as a query; the name of a list comes once for each of its values."""
    parts = [
        query_of(**{name: value})[1:]
        for name, values in request.items()
        for value in (values if isinstance(values, list) else [values])
    ]
    return "?" + "&".join(parts) if parts else ""


def _show(call: Call, counts: "dict[str, Any]", beginning: str) -> None:
    if call.wants_json:
        output.show_json(counts)
        return
    n_downstream = counts["n_downstream"]
    groups = [
        (counts["n_selected"], "selected"),
        (counts["n_upstream"], "before them"),
        (n_downstream, f"that {agree(n_downstream, 'follows', 'follow')} from them"),
    ]
    first, *rest = [f"{n} {what}" for n, what in groups if n] or ["none"]
    groups_in_words = ", ".join([f"{counted(counts['n_jobs'], 'job')}: {first}", *rest])
    lines = [f"{beginning} {groups_in_words}"]
    lines += [f"  {line}" for line in _details(counts)]
    output.emit("\n".join(output.visible(line) for line in lines))


def _details(counts: "dict[str, Any]") -> "list[str]":
    lines = []
    for family in counts["families"]:
        n = family["n_selected"] + family["n_upstream"] + family["n_downstream"]
        lines.append(f"{n:>6} {family['label']}")
    lines += [*_overwritten(counts), *_changes(counts)]
    if counts["cpu_seconds"]:
        lines.append(f"takes about {seconds_in_words(counts['cpu_seconds'])} of CPU time")
    if n := counts["n_held_back"]:
        what = f"{n} canceled {agree(n, 'job', 'jobs')} that"
        lines.append(f"leaves {what} {agree(n, 'waits', 'wait')} for other unsuccessful jobs, too")
    if (n := counts["n_running"]) and "is_active" not in counts:
        names = ", ".join(counts["running"][:3])
        lines.append(f"{n} of them {agree(n, 'runs', 'run')} now ({names}): needs --force")
    if counts.get("audit_id"):
        state = "started" if counts["is_active"] else "not started"
        lines.append(f"{state}; audit entry {counts['audit_id']}")
    return lines


def _overwritten(counts: "dict[str, Any]") -> "list[str]":
    return [
        f"overwrites {counted(counts[key]['n'], noun)}: "
        + output.cut(", ".join(counts[key]["names"]))
        for key, noun in (("files", "file"), ("user_data", "user data value"))
        if counts[key]["n"]
    ]


def _changes(counts: "dict[str, Any]") -> "list[str]":
    lines = []
    for change in counts["changes"]:
        pairs = [
            f"{name} {before} → {change['after'][name]}"
            for name, before in change["before"].items()
        ]
        lines.append(f"{change['name']}: {', '.join(pairs)} for {counted(change['n_jobs'], 'job')}")
    return lines
