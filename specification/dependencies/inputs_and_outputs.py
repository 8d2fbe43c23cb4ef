"""Inputs and outputs of jobs: names from lists, patterns and tokens, looked up and merged."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from specification.entries.fields import add_problem
from specification.entries.jobs import JobEntry
from specification.expansion.files_and_user_data import DataRow
from specification.expansion.jobs import JobRow
from specification.formats.problem_log import ProblemLog
from specification.limits import MAX_LINKS, MAX_USER_DATA
from specification.names import check_name, normalize_name
from specification.problems import SpecError, SpecPath
from specification.texts.command_tokens import Token, check_variable, simple_tokens_in, tokens_in
from specification.texts.name_patterns import NameIndex, SearchBudget

Indices = tuple[int, ...]
TOKEN_ITEMS = 2  # a token takes as long as two names in a list
PATTERN_KEYS = {
    key: key.replace("_files", "_file") + "_regexes"
    for key in ("input_files", "output_files", "input_user_data", "output_user_data")
}
NO_MATCH_HINT = (
    "A pattern matches anywhere in a name; ^ and $ tie it to the ends, and {p:re} is a parameter's "
    "value without special characters."
)


@dataclass(slots=True)
class RowTokens:
    """The tokens of one job's command: with names by direction and kind, and with patterns."""

    names: dict[str, tuple[str, ...]] = field(default_factory=dict)
    patterns: list[Token] = field(default_factory=list)

    def add(self, tokens: Iterable[tuple[str, str, str]]) -> None:
        """Add the distinct names of tokens, each with its kind and direction."""
        names: dict[str, dict[str, None]] = {}
        for kind, direction, name in tokens:
            names.setdefault(f"{direction}_{kind}", {})[normalize_name(name)] = None
        self.names = {key: tuple(listed) for key, listed in names.items()}


@dataclass(slots=True)
class Links:
    """What each job reads and writes: for each job the positions of files or user data."""

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
        self.tokens = self.tokens_of_rows()
        self.memo: dict[tuple[str, int, object, object], Indices] = {}
        self.memo_of_lists: dict[tuple[str, int, int, int], Indices] = {}
        self.n_links = 0

    def link(self, files: Sequence[DataRow], user_data: Sequence[DataRow]) -> Links:
        """Return what each job reads and writes; undeclared outputs are added to the names.

        Raises:
            SpecError: with every name that is neither declared nor written by a job.
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

    def path(self, at: int, key: str) -> SpecPath:
        """Return the path of a job's key."""
        return (*self.entries[self.rows[at].entry].path, key)

    def tokens_of_rows(self) -> list[RowTokens]:
        """Return the tokens of each job's command; jobs share those of the same command."""
        known: dict[str, RowTokens] = {}
        tokens: list[RowTokens] = []
        for row in self.rows:
            if "${" not in row.command:
                tokens.append(NO_TOKENS)
                continue
            if row.command not in known:
                known[row.command] = self.read_tokens(row)
            tokens.append(known[row.command])
        return tokens

    def read_tokens(self, row: JobRow) -> RowTokens:
        """Return the tokens of one command."""
        mentioned = RowTokens()
        path = (*self.entries[row.entry].path, "command")
        simple = simple_tokens_in(row.command)
        if simple is not None:
            self.log.spend("items", TOKEN_ITEMS * len(simple), path)
            mentioned.add(simple)
            return mentioned
        try:
            tokens = tokens_in(row.command)
        except SpecError as error:
            add_problem(self.log, path, error.problems[0], f"Job '{row.name}'")
            return mentioned
        self.log.spend("items", TOKEN_ITEMS * len(tokens), path)
        mentioned.add(
            (token.kind, token.direction, token.name) for token in tokens if token.pattern is None
        )
        for token in tokens:
            if token.pattern is None:
                continue
            if problem := check_variable(token):
                add_problem(self.log, path, problem, f"Job '{row.name}'")
            else:
                mentioned.patterns.append(token)
        return mentioned

    def with_created(self, declared: NameIndex) -> list[str]:
        """Return the names of all user data: the declared ones, then undeclared outputs."""
        names = dict.fromkeys(declared.names)
        for at, row in enumerate(self.rows):
            for name in row.lists.get("output_user_data", ()):
                self.add_output(at, "output_user_data", name, names)
            for name in self.tokens[at].names.get("output_user_data", ()):
                self.add_output(at, "command", name, names)
        if len(names) > MAX_USER_DATA:
            detail = f"The spec has {len(names):,} user_data; {MAX_USER_DATA:,} are allowed."
            code, limit = "too_many_user_data", MAX_USER_DATA
            hint = "Let jobs share user_data, or use files."
            self.log.add(code, detail, ("jobs",), hint=hint, limit=limit, actual=len(names))
        return list(names)

    def add_output(self, at: int, key: str, name: str, names: dict[str, None]) -> None:
        """Add the name of one output to the names, unless it is there already."""
        if name in names:
            return
        problem = check_name(name)
        if problem:
            add_problem(self.log, self.path(at, key), problem, f"Job '{self.rows[at].name}'")
        names[name] = None

    def find(
        self, at: int, key: str, index: NameIndex, pattern_index: NameIndex | None = None
    ) -> Indices:
        """Return the distinct positions that one job's list, patterns and tokens name.

        Args:
            at: the position of the job.
            key: the key of the list, such as `input_files`.
            index: the names that lists and tokens may use.
            pattern_index: the names that patterns may match, by default the same.
        """
        lists, tokens = self.rows[at].lists, self.tokens[at].names.get(key, ())
        names = lists.get(key, ())
        pattern_key = PATTERN_KEYS[key]
        patterns = lists.get(pattern_key, ())
        if not names and not patterns and not tokens:
            return ()
        same_lists = (key, id(names), id(patterns), id(tokens))  # quicker than hashing them
        if same_lists in self.memo_of_lists:
            positions = self.memo_of_lists[same_lists]
            self.count(at, len(positions))
            return positions
        memo_key = (key, id(index), (names, tokens), patterns)
        if memo_key in self.memo:
            positions = self.memo[memo_key]
        else:
            listed = self.by_name(at, key, names, index)
            matched = self.by_pattern(at, pattern_key, pattern_index or index)
            in_command = self.by_token(at, key, tokens, index)
            positions = tuple(dict.fromkeys((*listed, *matched, *in_command)))
            self.memo[memo_key] = positions
        self.memo_of_lists[same_lists] = positions
        self.count(at, len(positions))
        return positions

    def count(self, at: int, n_links: int) -> None:
        """Add to the number of links; add a problem if there are too many."""
        self.n_links += n_links
        if self.n_links > MAX_LINKS:
            detail = f"All jobs together have more than {MAX_LINKS:,} inputs and outputs."
            hint = "Let one job combine many files, and the others read what it writes."
            path = self.entries[self.rows[at].entry].path
            self.log.add("too_many_dependencies", detail, path, hint=hint, limit=MAX_LINKS)
            self.log.raise_if_any()

    def by_name(self, at: int, key: str, names: tuple[str, ...], index: NameIndex) -> list[int]:
        """Return the positions of listed names."""
        positions = []
        for number, name in enumerate(names):
            position = index.positions.get(name)
            if position is None:
                template = self.entries[self.rows[at].entry].lists.get(key, ())
                inner = (number,) if len(template) == len(names) else ()
                self.add_unknown(at, (*self.path(at, key), *inner), key, name, index)
            else:
                positions.append(position)
        return positions

    def by_pattern(self, at: int, key: str, index: NameIndex) -> list[int]:
        """Return the positions that a job's patterns match."""
        positions: list[int] = []
        for number, pattern in enumerate(self.rows[at].lists.get(key, ())):
            try:
                matches = index.match(pattern)
            except SpecError as error:
                add_problem(
                    self.log, self.path(at, key), error.problems[0], f"Job '{self.rows[at].name}'"
                )
                if self.budget.is_spent:
                    self.log.raise_if_any()
                continue
            if not matches:
                detail = f"Job '{self.rows[at].name}': '{pattern[:80]}' matches no name."
                path = (*self.path(at, key), number)
                self.log.add("regex_no_match", detail, path, hint=NO_MATCH_HINT)
            positions.extend(matches)
        return positions

    def by_token(self, at: int, key: str, names: tuple[str, ...], index: NameIndex) -> list[int]:
        """Return the positions of names in tokens."""
        positions = []
        for name in names:
            position = index.positions.get(name)
            if position is None:
                direction, kind = key.split("_", 1)
                shown = f"${{{kind}.{direction}.{name}}}"
                self.add_unknown(at, self.path(at, "command"), key, name, index, shown)
            else:
                positions.append(position)
        return positions

    def with_patterns(
        self, at: int, inputs: Indices, index: NameIndex, outputs: Indices
    ) -> Indices:
        """Return a job's inputs and what its shell variables may name, except its outputs."""
        positions = dict.fromkeys(inputs)
        written = frozenset(outputs)
        for token in self.tokens[at].patterns:
            matches = [match for match in index.match(token.pattern or "") if match not in written]
            if not matches:
                path = self.path(at, "command")
                name = normalize_name(token.name)
                self.add_unknown(at, path, "input_user_data", name, index, token.text)
            positions.update(dict.fromkeys(matches))
        self.count(at, len(positions) - len(inputs))
        return tuple(positions)

    def add_unknown(
        self,
        at: int,
        path: SpecPath,
        key: str,
        name: str,
        index: NameIndex,
        token: str | None = None,
    ) -> None:
        """Add the problem that a name is neither declared nor written by a job."""
        kind = "file" if key.endswith("files") else "user_data"
        verb = "reads" if key.startswith("input") else "writes"
        shown = token or f"'{name[:80]}'"
        lacks = "is not declared" if kind == "file" else "is neither declared nor written by a job"
        near = index.nearest(name)
        tail = f"; did you mean '{near}'?" if near else "."
        detail = f"Job '{self.rows[at].name}' {verb} the {kind} {shown}, which {lacks}{tail}"
        section = "files" if kind == "file" else "user_data"
        example = f"- {{name: {name[:60]}, path: …}}" if kind == "file" else f"- name: {name[:60]}"
        hint = f"Declare it under '{section}' ('{example}'), or correct the name."
        if near and "{" in near:
            hint = f"Give the entry '{near}' the parameters that its name needs."
        self.log.add(f"unknown_{kind}", detail, path, hint=hint)
