"""Notes about entries: what is allowed, and probably not what its author meant."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from specification.entries.files import FileEntry
from specification.entries.jobs import PATTERN_LISTS, JobEntry
from specification.entries.parameters import Parameters
from specification.entries.user_data import UserDataEntry
from specification.formats.problem_log import ProblemLog
from specification.plan import RequirementPlan
from specification.problems import path_text
from specification.texts.parameter_values import Value, plain_text
from specification.texts.placeholders import has_placeholder, parameters_in

SPECIAL = re.compile(r"[.^$*+?{}\[\]\\|()]")
Entry = JobEntry | FileEntry | UserDataEntry


def add_notes(
    log: ProblemLog,
    jobs: Sequence[JobEntry],
    files: Sequence[FileEntry],
    user_data: Sequence[UserDataEntry],
    shared: Parameters,
) -> None:
    """Add notes about placeholders and parameters of all entries."""
    used: set[str] = set()
    entries: list[Entry] = [*jobs, *files, *user_data]
    for entry in entries:
        if entry.combinations is not None:
            used.update(entry.combinations.values)
            note_unused(log, entry, entry.combinations.values)
        if shared:
            note_literal(log, entry, shared)
    for job in jobs:
        if job.combinations is not None and job.lists:
            note_special_characters(log, job, job.combinations.values)
    for name in shared:
        if name not in used:
            log.warn(f"The workflow's parameter '{name}' is used by no entry.")


def texts_of(entry: Entry) -> Iterator[str]:
    """Yield the texts of an entry in which placeholders are replaced."""
    yield entry.name
    if isinstance(entry, FileEntry):
        yield entry.file_path
    elif isinstance(entry, UserDataEntry):
        yield entry.data_text
    else:
        yield entry.command
        yield entry.resource_requirements or ""
        yield entry.failure_handler or ""
        yield from entry.env.values()
        for items in entry.lists.values():
            yield from items


def note_unused(log: ProblemLog, entry: Entry, values: Mapping[str, Sequence[Value]]) -> None:
    """Add a note if a parameter of an entry appears in none of its texts."""
    unused = {name: None for name, listed in values.items() if len(listed) > 1}
    if not unused:
        return
    for text in texts_of(entry):
        if "{" in text:
            for name in parameters_in(text, tuple(unused)):
                unused.pop(name, None)
        if not unused:
            return
    place = path_text(entry.path)
    for name in unused:
        log.warn(f"{place}: its parameter '{name}' is used in none of its texts.")


def note_literal(log: ProblemLog, entry: Entry, shared: Parameters) -> None:
    """Add a note if an entry has a placeholder of a workflow's parameter that it does not use."""
    own = entry.combinations.values if entry.combinations else {}
    others = tuple(name for name in shared if name not in own)
    for text in texts_of(entry):
        name = has_placeholder(text, others)
        if name:
            place = path_text(entry.path)
            advice = f"add use_parameters: [{name}], or write {{{{{name}}}}} for the text itself"
            log.warn(f"{place} does not use the parameter of its {{{name}}}; {advice}.")
            return


def note_special_characters(
    log: ProblemLog, job: JobEntry, values: Mapping[str, Sequence[Value]]
) -> None:
    """Add a note if values that are put into a pattern have characters with a meaning there."""
    special = {
        name: shown
        for name, listed in values.items()
        for shown in (first_special(map(plain_text, listed)),)
        if shown is not None
    }
    for key in PATTERN_LISTS if special else ():
        for pattern in job.lists.get(key, ()):
            name = has_placeholder(pattern, tuple(special), escaped=False)
            if name:
                place = path_text((*job.path, key))
                value = special[name][:40]
                log.warn(
                    f"{place}: the value '{value}' of {{{name}}} is taken as a pattern; "
                    f"write {{{name}:re}} to match exactly it."
                )
                return


def first_special(texts: Iterable[str]) -> str | None:
    """Return the first text with a character that has a meaning in patterns."""
    return next((text for text in texts if SPECIAL.search(text)), None)


def note_nodes(log: ProblemLog, requirements: Sequence[RequirementPlan]) -> None:
    """Add a note for each requirement of several nodes: a job always runs on one."""
    for requirement in requirements:
        if requirement.num_nodes > 1:
            log.warn(
                f"The resource requirement '{requirement.name}' asks for "
                f"{requirement.num_nodes:,} nodes; each job runs on one."
            )
