"""Names of jobs' inputs and outputs looked up, tokens and lists merged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from specification.entries.entries import JobEntry
from specification.entries.fields import note
from specification.expansion.data import DataRow
from specification.expansion.jobs import JobRow
from specification.formats.documents import ProblemLog
from specification.limits import MAX_LINKS, MAX_USER_DATA
from specification.names import check_name, normal
from specification.problems import Path, SpecError
from specification.texts.name_patterns import NameIndex, SearchBudget
from specification.texts.tokens import Token, tokens_in

Indices = tuple[int, ...]
KINDS = {"files": "file", "user_data": "user_data"}


@dataclass(slots=True)
class RowTokens:
    """The names and patterns that one job's command mentions."""

    names: dict[str, list[Token]] = field(default_factory=dict)
    patterns: list[Token] = field(default_factory=list)


@dataclass(slots=True)
class Links:
    """What each job reads and writes, by position."""

    user_data_names: list[str]
    input_files: list[Indices] = field(default_factory=list)
    output_files: list[Indices] = field(default_factory=list)
    input_user_data: list[Indices] = field(default_factory=list)
    output_user_data: list[Indices] = field(default_factory=list)


NO_TOKENS = RowTokens()


class Linker:
    """Looks up what the jobs of one spec read and write."""

    def __init__(
        self,
        log: ProblemLog,
        entries: Sequence[JobEntry],
        rows: Sequence[JobRow],
        budget: SearchBudget,
    ) -> None:
        self.log = log
        self.entries = entries
        self.rows = rows
        self.budget = budget
        self.tokens = [self.read_tokens(row) if "${" in row.command else NO_TOKENS for row in rows]
        self.memo: dict[tuple[str, int, object, object], Indices] = {}
        self.n_links = 0

    def link(self, files: Sequence[DataRow], user_data: Sequence[DataRow]) -> Links:
        """Return what each job reads and writes; undeclared outputs are added to the names.

        Raises:
            SpecError: with every name that nobody declares or writes.
        """
        file_index = NameIndex([row.name for row in files], self.budget)
        declared = NameIndex([row.name for row in user_data], self.budget)
        names = self.with_created(declared)
        links = Links(names)
        known = NameIndex(names, self.budget)
        for at in range(len(self.rows)):
            links.input_files.append(self.find(at, "input_files", file_index))
            links.output_files.append(self.find(at, "output_files", file_index))
            outputs = self.find(at, "output_user_data", known, declared)
            links.output_user_data.append(outputs)
            inputs = self.find(at, "input_user_data", known)
            if self.tokens[at].patterns:
                inputs = self.with_patterns(at, inputs, known, outputs)
            links.input_user_data.append(inputs)
        self.log.raise_if_any()
        return links

    def path(self, at: int, key: str) -> Path:
        """Return where a job's key stands in the spec."""
        return (*self.entries[self.rows[at].entry].path, key)

    def read_tokens(self, row: JobRow) -> RowTokens:
        """Sort the tokens of one command."""
        found = RowTokens()
        path = (*self.entries[row.entry].path, "command")
        try:
            tokens = tokens_in(row.command)
        except SpecError as error:
            note(self.log, path, error.problems[0], f"Job '{row.name}'")
            return found
        for token in tokens:
            if token.pattern is None:
                found.names.setdefault(f"{token.direction}_{token.kind}", []).append(token)
            elif token.kind == "user_data" and token.direction == "input":
                found.patterns.append(token)
            else:
                self.refuse_variable(path, row, token)
        return found

    def refuse_variable(self, path: Path, row: JobRow, token: Token) -> None:
        """Note a shell variable where the name must be known before the job runs."""
        what = "a file's name" if token.kind == "files" else "the name of an output"
        detail = f"Job '{row.name}': {token.text} has a shell variable in {what}."
        hint = "Use a parameter such as {i}, which is filled in when the workflow is created."
        self.log.add("shell_variable_in_name", detail, path, hint=hint)

    def with_created(self, declared: NameIndex) -> list[str]:
        """Return the names of all user_data: the declared ones, then outputs nobody declared."""
        names = dict.fromkeys(declared.names)
        for at, row in enumerate(self.rows):
            for name in row.lists.get("output_user_data", ()):
                self.create(at, "output_user_data", name, names)
            for token in self.tokens[at].names.get("output_user_data", ()):
                self.create(at, "command", normal(token.name), names)
        if len(names) > MAX_USER_DATA:
            detail = f"The spec has {len(names):,} user_data; {MAX_USER_DATA:,} are allowed."
            code, limit = "too_many_user_data", MAX_USER_DATA
            hint = "Let jobs share user_data, or use files."
            self.log.add(code, detail, ("jobs",), hint=hint, limit=limit, actual=len(names))
        return list(names)

    def create(self, at: int, key: str, name: str, names: dict[str, None]) -> None:
        """Add the name of one output, unless it is there."""
        if name in names:
            return
        problem = check_name(name)
        if problem:
            note(self.log, self.path(at, key), problem, f"Job '{self.rows[at].name}'")
        names[name] = None

    def find(
        self, at: int, key: str, index: NameIndex, pattern_index: NameIndex | None = None
    ) -> Indices:
        """Return the positions that one job's list, patterns and tokens name, each once."""
        lists, mentioned = self.rows[at].lists, self.tokens[at].names.get(key)
        names = lists.get(key, ())
        pattern_key = key.replace("_files", "_file") + "_regexes"
        patterns = lists.get(pattern_key, ())
        if not names and not patterns and not mentioned:
            return ()
        tokens = tuple(dict.fromkeys(token.name for token in mentioned)) if mentioned else ()
        memo_key = (key, id(index), (names, tokens), patterns)
        known = self.memo.get(memo_key)
        if known is None:
            found = dict.fromkeys(self.by_name(at, key, names, index))
            found.update(dict.fromkeys(self.by_pattern(at, pattern_key, pattern_index or index)))
            found.update(dict.fromkeys(self.by_token(at, mentioned or [], index)))
            known = self.memo[memo_key] = tuple(found)
        self.count(at, len(known))
        return known

    def count(self, at: int, n_links: int) -> None:
        """Note when all jobs together read and write too much."""
        self.n_links += n_links
        if self.n_links > MAX_LINKS:
            detail = f"All jobs together have more than {MAX_LINKS:,} inputs and outputs."
            hint = "Let one job gather many files, and the others read what it writes."
            path = self.entries[self.rows[at].entry].path
            self.log.add("too_many_dependencies", detail, path, hint=hint, limit=MAX_LINKS)
            self.log.raise_if_any()

    def by_name(self, at: int, key: str, names: tuple[str, ...], index: NameIndex) -> list[int]:
        """Return the positions of listed names."""
        found = []
        for number, name in enumerate(names):
            position = index.positions.get(name)
            if position is None:
                template = self.entries[self.rows[at].entry].lists.get(key, ())
                inner = (number,) if len(template) == len(names) else ()
                self.unknown(at, (*self.path(at, key), *inner), key, name, index)
            else:
                found.append(position)
        return found

    def by_pattern(self, at: int, key: str, index: NameIndex) -> list[int]:
        """Return the positions that a job's patterns match."""
        found: list[int] = []
        for number, pattern in enumerate(self.rows[at].lists.get(key, ())):
            try:
                matches = index.match(pattern)
            except SpecError as error:
                note(self.log, self.path(at, key), error.problems[0], f"Job '{self.rows[at].name}'")
                if self.budget.left < 0:
                    self.log.raise_if_any()
                continue
            if not matches:
                self.no_match(at, (*self.path(at, key), number), pattern)
            found.extend(matches)
        return found

    def no_match(self, at: int, path: Path, pattern: str) -> None:
        """Note a pattern that matches nothing."""
        detail = f"Job '{self.rows[at].name}': nothing is named like '{pattern[:80]}'."
        hint = "Matching looks anywhere in the names; ^ and $ tie it to their ends."
        self.log.add("regex_no_match", detail, path, hint=hint)

    def by_token(self, at: int, tokens: list[Token], index: NameIndex) -> list[int]:
        """Return the positions of names in tokens."""
        found = []
        for token in tokens:
            position = index.positions.get(normal(token.name))
            if position is None:
                path, key = self.path(at, "command"), f"{token.direction}_{token.kind}"
                self.unknown(at, path, key, normal(token.name), index, token)
            else:
                found.append(position)
        return found

    def with_patterns(
        self, at: int, inputs: Indices, index: NameIndex, outputs: Indices
    ) -> Indices:
        """Return a job's inputs with those that its shell variables may name, its own not among."""
        found = dict.fromkeys(inputs)
        for token in self.tokens[at].patterns:
            matches = [match for match in index.match(token.pattern or "") if match not in outputs]
            if not matches:
                path = self.path(at, "command")
                self.unknown(at, path, "input_user_data", normal(token.name), index, token)
            found.update(dict.fromkeys(matches))
        self.count(at, len(found) - len(inputs))
        return tuple(found)

    def unknown(
        self,
        at: int,
        path: Path,
        key: str,
        name: str,
        index: NameIndex,
        token: Token | None = None,
    ) -> None:
        """Note a name that nobody declares or writes."""
        kind = "file" if key.endswith("files") else "user_data"
        verb = "reads" if key.startswith("input") else "writes"
        shown = token.text if token else f"'{name[:80]}'"
        lacks = "which is not declared" if kind == "file" else "which nobody declares or writes"
        near = index.nearest(name)
        tail = f"; did you mean '{near}'?" if near else "."
        detail = f"Job '{self.rows[at].name}' {verb} the {kind} {shown}, {lacks}{tail}"
        section = "files" if kind == "file" else "user_data"
        hint = f"Declare it under '{section}', or correct the name."
        if near and "{" in near:
            hint = f"Give the entry '{near}' the parameters that its name needs."
        self.log.add(f"unknown_{kind}", detail, path, hint=hint)
