"""A rerun in words: a sentence, a receipt, and the command line that does the same. Pure."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from jobs.statuses import RERUNNABLE
from specification.texts.counts import counted

if TYPE_CHECKING:
    from workflows.rerun.options import RerunOptions
    from workflows.rerun.selection import Selection

MAX_IDS = 5
"""How many ids of jobs a sentence spells out."""


def selection_in_words(selection: Selection) -> str:
    """Return which jobs are meant, to be read after "the jobs"."""
    parts = []
    if selection.job_ids:
        parts.append(_ids(selection.job_ids))
    if selection.statuses:
        words = [status.word.replace("_", " ") for status in selection.statuses]
        is_any = set(selection.statuses) >= RERUNNABLE
        parts.append("that have run" if is_any else f"that are {_or(words)}")
    elif not selection.criteria():
        parts.append("that failed, were terminated, or were canceled by a person")
    elif not selection.job_ids:
        parts.append("that failed")
    for value, form in (
        (selection.family, "of the family {}"),
        (selection.name, "whose name contains {}"),
        (selection.cause, "whose last attempt ended by “{}”"),
        (selection.return_code, "with return code {}"),
    ):
        if value is not None:
            parts.append(form.format(value))
    return ", ".join(parts)


def _ids(ids: tuple[int, ...]) -> str:
    listed = ", ".join(map(str, ids[:MAX_IDS]))
    more = f" and {len(ids) - MAX_IDS:,} more" if len(ids) > MAX_IDS else ""
    return f"with id {listed}{more}"


def _or(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def receipt_in_words(summary: Mapping[str, Any]) -> str:
    """Return what a rerun did: all of it, and that it cannot be undone.

    Args:
        summary: what the audit keeps of the rerun.
    """
    parts = [f"{counted(summary['n_selected'], 'job')} reset"]
    for key, noun, form in (
        ("n_upstream", "job", "{} before them too"),
        ("n_downstream", "job", "{} after them too"),
        ("n_running", "running job", "{} canceled first"),
        ("n_files", "file", "{} will be overwritten"),
        ("n_user_data", "user data value", "{} will be overwritten"),
    ):
        parts += [form.format(counted(summary[key], noun))] if summary[key] else []
    changes = [f"{name} {value}" for name, value in summary["change"].items()]
    parts += [f"now with {', '.join(changes)}"] if changes else []
    started = "Started." if summary["is_active"] else "Not started."
    return f"{', '.join(parts)}. {started} A rerun cannot be undone."


def command_line(workflow_id: int, selection: Selection, options: RerunOptions) -> str:
    """Return the command that does the same as a rerun page, ready to paste."""
    words = ["torc", "jobs", "rerun", str(workflow_id)]
    for job_id in selection.job_ids:
        words += ["--job", str(job_id)]
    for status in selection.statuses:
        words += ["--status", status.word]
    change = options.change
    for option, value in (
        ("--family", selection.family),
        ("--cause", selection.cause),
        ("--name", selection.name),
        ("--return-code", selection.return_code),
        ("--memory", change.memory),
        ("--runtime", change.runtime),
        ("--num-cpus", change.num_cpus),
        ("--num-gpus", change.num_gpus),
    ):
        words += [option, str(value)] if value is not None else []
    words += ["--upstream"] if options.with_upstream else []
    words += [] if options.with_downstream else ["--no-downstream"]
    return shlex.join(words)
