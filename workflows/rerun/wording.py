"""A rerun in words: as a sentence, and as the command line that does the same. Pure."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from jobs.statuses import ACTIVE, COMPLETE, JobStatus

if TYPE_CHECKING:
    from workflows.rerun.preview import RerunOptions
    from workflows.rerun.selection import Selection

_EVER_RUN = frozenset({*COMPLETE, *ACTIVE, JobStatus.PENDING_FAILED})
MAX_IDS = 5
"""How many ids of jobs a sentence spells out."""


def selection_in_words(selection: Selection) -> str:
    """Return which jobs are meant, to be read after "the jobs"."""
    said = []
    if selection.job_ids:
        said.append(_ids(selection.job_ids))
    if selection.statuses:
        words = [status.word.replace("_", " ") for status in selection.statuses]
        is_any = set(selection.statuses) >= _EVER_RUN
        said.append("that have run" if is_any else f"that are {_or(words)}")
    elif not selection.given():
        said.append("that failed, were terminated, or were canceled by a person")
    elif not selection.job_ids:
        said.append("that failed")
    for value, form in (
        (selection.family, "of the family {}"),
        (selection.name, "whose name contains {}"),
        (selection.cause, "whose last attempt ended by “{}”"),
        (selection.return_code, "with return code {}"),
    ):
        if value is not None:
            said.append(form.format(value))
    return ", ".join(said)


def _ids(ids: tuple[int, ...]) -> str:
    listed = ", ".join(str(one) for one in ids[:MAX_IDS])
    more = f" and {len(ids) - MAX_IDS:,} more" if len(ids) > MAX_IDS else ""
    return f"with id {listed}{more}"


def _or(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


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
