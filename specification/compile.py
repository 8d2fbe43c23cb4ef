"""A spec's text becomes the plan of a workflow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Literal

from specification.dependencies.cycles import CircleReport
from specification.dependencies.families import FamilyBuilder
from specification.dependencies.inputs_and_outputs import Linker, Links
from specification.dependencies.predecessor_sets import Graph, GraphBuilder
from specification.entries.workflow import WorkflowSpec, read_workflow
from specification.expansion.data import DataRow, expand_files, expand_user_data
from specification.expansion.jobs import JobRow, expand_jobs
from specification.formats.documents import ProblemLog
from specification.formats.read import read_document
from specification.limits import MAX_WORKFLOW_DATA_BYTES
from specification.names import normal
from specification.plan import FilePlan, JobPlan, UserDataPlan, WorkflowPlan
from specification.problems import did_you_mean
from specification.texts.name_patterns import NameIndex, SearchBudget

SECTIONS = {"resource_requirements": "resource_requirements", "failure_handler": "failure_handlers"}


def plan_workflow(
    text: str | bytes,
    format: Literal["yaml", "json"] | None = None,
    filename: str | None = None,
) -> WorkflowPlan:
    """Return everything that a spec stands for; nothing is stored, nothing outside is looked at.

    Args:
        text: the spec.
        format: how it is written; without it the file's name decides, then its first letters.
        filename: what the file was called.

    Raises:
        SpecError: with all independent problems, at most 20, each with its place and remedy.
    """
    document = read_document(text, format, filename)
    log = ProblemLog(document)
    return Planner(log, read_workflow(document, log)).plan()


class Planner:
    """Turns one checked spec into its plan."""

    def __init__(self, log: ProblemLog, spec: WorkflowSpec) -> None:
        self.log = log
        self.spec = spec

    def plan(self) -> WorkflowPlan:
        """Return the plan.

        Raises:
            SpecError: with what is wrong between entries.
        """
        spec, log = self.spec, self.log
        rows = expand_jobs(log, spec.jobs)
        file_rows = expand_files(log, spec.files)
        data_rows = expand_user_data(log, spec.user_data)
        log.raise_if_any()
        links, graph = self.connect(rows, file_rows, data_rows)
        files = [FilePlan(row.name, row.content) for row in file_rows]
        stages = CircleReport(log, spec.jobs, rows, links, files).check(graph)
        families = FamilyBuilder(spec.jobs, rows, graph, stages)
        return replace(
            self.head(),
            jobs=self.jobs(rows, links, graph, families.family_of),
            files=files,
            user_data=self.user_data(data_rows, links),
            families=families.families(),
            family_edges=families.edges(),
            predecessor_sets=graph.store.sets,
            explicit_sets=graph.store.is_explicit,
            warnings=tuple(log.warnings),
        )

    def head(self) -> WorkflowPlan:
        """Return the plan of the workflow itself, still without jobs and data."""
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
        """Look up all names and find out who waits for whom."""
        log, entries = self.log, self.spec.jobs
        budget = SearchBudget()
        self.requirements = self.positions(rows, "resource_requirements")
        self.handlers = self.positions(rows, "failure_handler")
        links = Linker(log, entries, rows, budget).link(files, user_data)
        jobs = NameIndex([row.name for row in rows], budget)
        return links, GraphBuilder(log, entries, rows, jobs).build(links)

    def positions(self, rows: Sequence[JobRow], key: str) -> Mapping[str | None, int | None]:
        """Return where each requirement or handler that jobs name stands, and note unknown ones."""
        section = SECTIONS[key]
        named = self.spec.requirements if section == key else self.spec.failure_handlers
        known = [one.name for one in named]
        found: dict[str | None, int | None] = {None: None}
        found.update((name, at) for at, name in enumerate(known))
        for row in rows:
            name = getattr(row, key)
            if name in found:
                continue
            found[name] = known.index(normal(name)) if normal(name) in known else None
            if found[name] is None:
                detail = f"Job '{row.name}' names the {key} '{name[:80]}', which does not exist"
                path = (*self.spec.jobs[row.entry].path, key)
                hint = f"Add it under '{section}', or correct the name."
                code = f"unknown_{key}"
                self.log.add(code, detail + did_you_mean(name, known), path, hint=hint)
        return found

    def jobs(
        self, rows: Sequence[JobRow], links: Links, graph: Graph, family_of: Sequence[int]
    ) -> list[JobPlan]:
        """Return the jobs."""
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
        """Return the declared user_data, then the outputs that nobody declared, with null."""
        entries = self.spec.user_data
        sizes = [len(entry.data_text.encode()) for entry in entries]
        total = sum(sizes[row.entry] for row in rows)
        if total > MAX_WORKFLOW_DATA_BYTES:
            detail = f"All user_data together have {total:,} bytes."
            hint = "Keep large data in files."
            code, limit = "too_much_user_data", MAX_WORKFLOW_DATA_BYTES
            self.log.add(code, detail, ("user_data",), hint=hint, limit=limit, actual=total)
            self.log.raise_if_any()
        declared = [
            UserDataPlan(row.name, entries[row.entry].data_text, entries[row.entry].is_ephemeral)
            for row in rows
        ]
        created = links.user_data_names[len(declared) :]
        return declared + [UserDataPlan(name, "null", is_ephemeral=False) for name in created]
