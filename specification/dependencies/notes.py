"""Notes about jobs and files: what is allowed, and probably not what its author meant."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Sequence

from specification.dependencies.inputs_and_outputs import Indices
from specification.expansion.jobs import JobRow
from specification.formats.problem_log import ProblemLog
from specification.plan import FilePlan

PLAIN_WITH_NUMBER = re.compile(r"[^\\^$.|?*+()\[\]{}]*[0-9]")


def note_writers(
    log: ProblemLog, rows: Sequence[JobRow], outputs: Sequence[Indices], files: Sequence[FilePlan]
) -> None:
    """Add a note for each path that two jobs write, also under different names."""
    paths = [posixpath.normpath(file.path) for file in files]
    writers: dict[str, int] = {}
    noted: set[str] = set()
    for job, written in enumerate(outputs):
        for at in written:
            path = paths[at]
            first = writers.setdefault(path, job)
            if first != job and path not in noted:
                noted.add(path)
                names = f"'{rows[first].name}' and '{rows[job].name}'"
                log.warn(f"The jobs {names} both write {path[:80]}; the later one wins.")


def note_shared_paths(log: ProblemLog, files: Sequence[FilePlan]) -> None:
    """Add a note for each path that is declared under two names: no job waits for the other."""
    names: dict[str, str] = {}
    for file in files:
        path = posixpath.normpath(file.path)
        first = names.setdefault(path, file.name)
        if first != file.name:
            shown = f"'{first}' and '{file.name}'"
            log.warn(f"The files {shown} have the same path {path[:80]}; use one name for it.")


def note_longer_numbers(
    log: ProblemLog, job: str, pattern: str, matches: Indices, names: Sequence[str]
) -> None:
    """Add a note if a pattern such as `step_1` also matches `step_10`.

    Args:
        log: takes the note.
        job: the name of the job that has the pattern.
        pattern: matches anywhere in a name.
        matches: the positions of the names that it matches.
        names: of all jobs.
    """
    plain = pattern.removeprefix("^")
    if len(matches) < 2 or not PLAIN_WITH_NUMBER.fullmatch(plain):
        return
    exact = any(names[at].endswith(plain) for at in matches)
    longer = next((names[at] for at in matches if has_longer_number(names[at], plain)), None)
    if exact and longer is not None:
        advice = f"end the pattern with $ if only '{plain[:60]}' is meant"
        log.warn(f"Job '{job}': '{pattern[:60]}' also matches '{longer}'; {advice}.")


def has_longer_number(name: str, plain: str) -> bool:
    """Return whether a name goes on with a digit after a text that ends with one."""
    end = name.find(plain) + len(plain)
    return name[end : end + 1].isdigit()
