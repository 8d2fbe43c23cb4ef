"""From the text of a spec to the plan of a workflow."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Literal

from specification.dependencies.cycles import CycleCheck
from specification.dependencies.families import FamilyBuilder
from specification.dependencies.inputs_and_outputs import Linker, Links
from specification.dependencies.notes import note_shared_paths, note_writers
from specification.dependencies.predecessor_sets import Graph, GraphBuilder
from specification.entries.workflow import WorkflowSpec, read_workflow
from specification.expansion.files_and_user_data import DataRow, expand_files, expand_user_data
from specification.expansion.jobs import JobRow, expand_jobs
from specification.formats.problem_log import ProblemLog
from specification.formats.read import read_document
from specification.limits import MAX_WORKFLOW_DATA_BYTES
from specification.names import normalize_name
from specification.plan import FilePlan, JobPlan, UserDataPlan, WorkflowPlan
from specification.problems import did_you_mean
from specification.texts.name_patterns import NameIndex, SearchBudget

SECTIONS = {"resource_requirements": "resource_requirements", "failure_handler": "failure_handlers"}


def plan_workflow(
    text: str | bytes,
    format: Literal["yaml", "json"] | None = None,
    filename: str | None = None,
) -> WorkflowPlan:
    """Return everything that a spec stands for; reads and writes nothing but its arguments.

    Args:
        text: the spec.
        format: of the text; by default the file's name decides, then the beginning of the text.
        filename: the name of the file that holds the spec.

    Raises:
        SpecError: with all independent problems, at most 20, each with its place and a hint.
    """
    with without_garbage_collection():
        document = read_document(text, format, filename)
        log = ProblemLog(document, warnings=list(document.notes))
        return Planner(log, read_workflow(document, log)).plan()


@contextmanager
def without_garbage_collection() -> Iterator[None]:
    """Do not look for cycles of objects meanwhile: a plan has none, and a fifth of the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


class Planner:
    """Turns one checked spec into its plan."""

    def __init__(self, log: ProblemLog, spec: WorkflowSpec) -> None:
        self.log = log
        self.spec = spec

    def plan(self) -> WorkflowPlan:
        """Return the plan.

        Raises:
            SpecError: with what is wrong between entries, such as unknown names and cycles.
        """
        spec, log = self.spec, self.log
        rows = expand_jobs(log, spec.jobs)
        file_rows = expand_files(log, spec.files)
        data_rows = expand_user_data(log, spec.user_data)
        log.raise_if_any()
        links, graph = self.connect(rows, file_rows, data_rows)
        files = [FilePlan(row.name, row.content) for row in file_rows]
        note_writers(log, rows, links.output_files, files)
        note_shared_paths(log, files)
        stages = CycleCheck(log, spec.jobs, rows, links, files).check(graph)
        families = FamilyBuilder(spec.jobs, rows, graph, stages)
        return replace(
            self.workflow_fields(),
            jobs=self.jobs(rows, links, graph, families.family_of),
            files=files,
            user_data=self.user_data(data_rows, links),
            families=families.families(),
            family_edges=families.edges(),
            predecessor_sets=graph.store.sets,
            explicit_sets=graph.store.is_explicit,
            warnings=tuple(log.warnings),
        )

    def workflow_fields(self) -> WorkflowPlan:
        """Return the plan with the fields of the workflow itself, without jobs and data."""
        spec, values = self.spec, self.spec.values
        return WorkflowPlan(
            name=spec.name,
            description=values.get("description"),
            project=values.get("project"),
            metadata=values.get("metadata"),
            env=values.get("env", {}),
            settings=spec.settings,
            requirements=spec.requirements,
            failure_handlers=spec.failure_handlers,
        )

    def connect(
        self, rows: Sequence[JobRow], files: Sequence[DataRow], user_data: Sequence[DataRow]
    ) -> tuple[Links, Graph]:
        """Return what each job reads and writes, and which jobs wait for which."""
        log, entries = self.log, self.spec.jobs
        budget = SearchBudget()
        self.requirements = self.positions(rows, "resource_requirements")
        self.handlers = self.positions(rows, "failure_handler")
        links = Linker(log, entries, rows, budget).link(files, user_data)
        jobs = NameIndex([row.name for row in rows], budget)
        return links, GraphBuilder(log, entries, rows, jobs).build(links)

    def positions(self, rows: Sequence[JobRow], key: str) -> Mapping[str | None, int | None]:
        """Return the position of each requirement or handler that jobs name.

        A name that does not exist has no position and is added to the problems.

        Args:
            rows: the jobs.
            key: `resource_requirements` or `failure_handler`.
        """
        section = SECTIONS[key]
        plans = self.spec.requirements if section == key else self.spec.failure_handlers
        known = [plan.name for plan in plans]
        positions: dict[str | None, int | None] = {None: None}
        positions.update((name, at) for at, name in enumerate(known))
        for row in rows:
            name = getattr(row, key)
            if name in positions:
                continue
            positions[name] = positions.get(normalize_name(name))
            if positions[name] is None:
                detail = f"Job '{row.name}' names the {key} '{name[:80]}', which does not exist"
                path = (*self.spec.jobs[row.entry].path, key)
                hint = f"Add it under '{section}', or correct the name."
                code = f"unknown_{key}"
                self.log.add(code, detail + did_you_mean(name, known), path, hint=hint)
        return positions

    def jobs(
        self, rows: Sequence[JobRow], links: Links, graph: Graph, family_of: Sequence[int]
    ) -> list[JobPlan]:
        """Return the plans of the jobs."""
        entries = self.spec.jobs
        return [
            JobPlan(
                name=row.name,
                command=row.command,
                family=family_of[at],
                parameters=row.parameters,
                requirement=self.requirements[row.resource_requirements],
                failure_handler=self.handlers[row.failure_handler],
                priority=entries[row.entry].priority,
                cancel_on_blocking_job_failure=entries[row.entry].cancel_on_blocking_job_failure,
                supports_termination=entries[row.entry].supports_termination,
                env=row.env,
                input_files=links.input_files[at],
                output_files=links.output_files[at],
                input_user_data=links.input_user_data[at],
                output_user_data=links.output_user_data[at],
                waits_on=graph.waits_on[at],
            )
            for at, row in enumerate(rows)
        ]

    def user_data(self, rows: Sequence[DataRow], links: Links) -> list[UserDataPlan]:
        """Return the plans of the declared user data, then of undeclared outputs, with null."""
        entries = self.spec.user_data
        texts = {id(row.content): row.content for row in rows}  # many rows may share one
        sizes = {key: len(text.encode()) for key, text in texts.items()}
        total = sum(sizes[id(row.content)] for row in rows)
        if total > MAX_WORKFLOW_DATA_BYTES:
            detail = f"All user_data together have {total:,} bytes."
            hint = "Keep large data in files."
            code, limit = "too_much_user_data", MAX_WORKFLOW_DATA_BYTES
            self.log.add(code, detail, ("user_data",), hint=hint, limit=limit, actual=total)
            self.log.raise_if_any()
        declared = [
            UserDataPlan(row.name, row.content, entries[row.entry].is_ephemeral) for row in rows
        ]
        created = links.user_data_names[len(declared) :]
        return declared + [UserDataPlan(name, "null", is_ephemeral=False) for name in created]
