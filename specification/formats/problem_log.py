"""The log of one spec: problems with their places, and warnings."""

from __future__ import annotations

from dataclasses import dataclass, field

from specification.formats.costs import Costs, Resource
from specification.formats.document import Document
from specification.limits import MAX_PROBLEMS
from specification.problems import Problem, SpecError, SpecPath, json_pointer

MAX_SAFE_INTEGER = 2**53  # JSON readers in JavaScript round larger ones


@dataclass(slots=True)
class ProblemLog:
    """The problems and warnings of one document so far."""

    document: Document
    problems: list[Problem] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    costs: Costs = field(default_factory=Costs)

    def warn(self, sentence: str) -> None:
        """Add a warning about what is probably a mistake, unless there are many already."""
        if len(self.warnings) < MAX_PROBLEMS and sentence not in self.warnings:
            self.warnings.append(sentence)

    def add(
        self,
        code: str,
        detail: str,
        path: SpecPath,
        *,
        hint: str | None = None,
        key: bool = False,
        limit: float | None = None,
        actual: float | None = None,
    ) -> None:
        """Add a problem, with the fields of `Problem`, at a path of the document.

        With `key` it is the last key of the path that is wrong, not its value.

        Raises:
            SpecError: with all problems, once there are as many as one response shows.
        """
        line, column = self.document.locate(path, key=key)
        pointer = json_pointer(path)
        if actual is not None and not abs(actual) < MAX_SAFE_INTEGER:
            actual = None
        self.problems.append(Problem(code, detail, line, column, pointer, hint, limit, actual))
        if len(self.problems) >= MAX_PROBLEMS:
            self.raise_if_any()

    def spend(self, resource: Resource, amount: int, path: SpecPath) -> None:
        """Add to what the spec uses of a limited resource, before it is used.

        Raises:
            SpecError: with all problems, if it is more than a spec may use.
        """
        if problem := self.costs.spend(resource, amount):
            detail, limit, actual = problem.detail, problem.limit, problem.actual
            self.add(problem.code, detail, path, hint=problem.hint, limit=limit, actual=actual)
            self.raise_if_any()

    def raise_if_any(self) -> None:
        """Raise all problems so far.

        Raises:
            SpecError: there is at least one.
        """
        if self.problems:
            raise SpecError(self.problems)
