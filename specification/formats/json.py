"""JSON to values with marks, strictly: no NaN, no duplicate keys, no trailing commas."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from json.decoder import scanstring  # type: ignore[attr-defined]
from typing import Any, NoReturn

from specification.formats.document import Document, MapNode, Place, SeqNode, place_by_offset
from specification.formats.yaml_scalars import MAX_DIGITS, read_float
from specification.limits import MAX_DEPTH, MAX_NODES
from specification.problems import Problem, SpecError

BLANKS = re.compile(r"[ \t\r\n]*")
NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?")
WORD = re.compile(r"-?[A-Za-z]+")
WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None}


def read_json(text: str) -> Document | None:
    """Return the JSON document of a text, None if it is blank or null.

    Raises:
        SpecError: with the first problem.
    """
    reader = JsonReader(text)
    root = reader.read()
    return None if root is None else Document(root, reader.place, reader.root_mark)


class JsonReader:
    """Reads one JSON text without recursion."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.root_mark = 0
        self.place: Callable[[int], Place] = place_by_offset(text)
        self.open_nodes: list[MapNode | SeqNode] = []
        self.open_marks: list[int] = []
        self.n_nodes = 0
        self.keys: list[tuple[str, int]] = []  # the key without a value yet, one per open mapping

    def fail(self, code: str, detail: str, at: int | None = None, **more: Any) -> NoReturn:
        """Raise SpecError with one problem, by default at the present offset."""
        place = self.place(self.at if at is None else at)
        raise SpecError([Problem(code, detail, *place, **more)])

    def refuse(self, wanted: str) -> NoReturn:
        """Raise SpecError for what stands here instead of what JSON expects."""
        line, column = self.place(self.at)
        detail = f"The JSON is not well formed at line {line}, column {column}: expected {wanted}."
        self.fail("json_syntax", detail, hint=self.hint())

    def hint(self) -> str:
        """Return what to do about what stands here."""
        letter = self.text[self.at : self.at + 1]
        before = self.text[: self.at].rstrip()[-1:]
        if before == "," and letter in ("]", "}"):
            return f"Remove the comma before '{letter}'."
        if letter == "'":
            return "Write texts and keys in double quotes."
        if letter in ("/", "#"):
            return "JSON has no comments: remove it, or write the spec as YAML."
        return "JSON has no comments and no trailing commas."

    def skip_blanks(self) -> str:
        """Skip white space and return the next character, '' at the end."""
        self.at = BLANKS.match(self.text, self.at).end()  # type: ignore[union-attr]
        return self.text[self.at : self.at + 1]

    def read(self) -> Any:
        """Return the value of the whole text."""
        if not self.skip_blanks():
            return None
        self.root_mark = self.at
        while True:
            mark = self.at
            value, is_open = self.read_or_open()
            if is_open:
                continue
            while self.open_nodes:
                self.add_value(value, mark)
                if not self.close_or_advance():
                    break
                value, mark = self.open_nodes.pop(), self.open_marks.pop()
            else:
                if self.skip_blanks():
                    self.refuse("the end of the text")
                return value

    def read_or_open(self) -> tuple[Any, bool]:
        """Read a scalar or an empty container, or open a container and go to its first value.

        Returns:
            The value, None for an opened container; whether a container was opened.
        """
        letter = self.skip_blanks()
        self.n_nodes += 2 if letter in ("{", "[") else 1  # containers take more memory
        if self.n_nodes > MAX_NODES:
            detail = f"The JSON has more than {MAX_NODES:,} values."
            hint = "Use parameters instead of repeating entries."
            self.fail("json_too_many_values", detail, hint=hint, limit=MAX_NODES)
        if letter == "{":
            return self.open_container(MapNode(), "}")
        if letter == "[":
            return self.open_container(SeqNode(), "]")
        if letter == '"':
            return self.read_string(), False
        return self.read_number_or_word(), False

    def open_container(self, node: MapNode | SeqNode, end: str) -> tuple[Any, bool]:
        """Open a mapping or list; an empty one is closed again."""
        mark = self.at
        if len(self.open_nodes) >= MAX_DEPTH:
            detail = f"The JSON is nested more than {MAX_DEPTH} levels deep."
            self.fail("json_too_deep", detail, hint="Flatten the value.", limit=MAX_DEPTH)
        self.at += 1
        if self.skip_blanks() == end:
            self.at += 1
            return node, False
        self.open_nodes.append(node)
        self.open_marks.append(mark)
        if isinstance(node, MapNode):
            self.read_key(node)
        self.skip_blanks()
        return None, True

    def read_key(self, node: MapNode) -> None:
        """Read a key and its colon."""
        if self.skip_blanks() != '"':
            self.refuse("a key in double quotes")
        mark = self.at
        key = self.read_string()
        if key in node:
            detail = f"The key '{key}' at line {self.place(mark)[0]} appears twice."
            self.fail("duplicate_key", detail, mark, hint="Keep one of the two.")
        if self.skip_blanks() != ":":
            self.refuse("':'")
        self.at += 1
        self.keys.append((key, mark))

    def add_value(self, value: Any, mark: int) -> None:
        """Add a finished value to the innermost open container."""
        node = self.open_nodes[-1]
        if isinstance(node, MapNode):
            key, key_mark = self.keys.pop()
            node[key] = value
            node.marks += (key_mark, mark)
        else:
            node.append(value)
            node.marks.append(mark)

    def close_or_advance(self) -> bool:
        """Return whether the innermost container ends here; otherwise go to its next value."""
        node = self.open_nodes[-1]
        end = "}" if isinstance(node, MapNode) else "]"
        letter = self.skip_blanks()
        self.at += 1
        if letter == end:
            return True
        if letter != ",":
            self.at -= 1
            self.refuse(f"',' or '{end}'")
        if isinstance(node, MapNode):
            self.read_key(node)
        self.skip_blanks()
        return False

    def read_string(self) -> str:
        """Read a string in double quotes."""
        try:
            value, self.at = scanstring(self.text, self.at + 1, True)
        except json.JSONDecodeError as error:
            self.at = min(error.pos, len(self.text))
            self.refuse("a string without raw control characters, closed by '\"'")
        return str(value)

    def read_number_or_word(self) -> int | float | bool | None:
        """Read a number, true, false or null."""
        match = NUMBER.match(self.text, self.at)
        if match:
            value = self.parse_number(match)
            self.at = match.end()
            return value
        word = WORD.match(self.text, self.at)
        name = word.group() if word else ""
        if name in WORDS:
            self.at += len(name)
            return WORDS[name]
        if name.lstrip("-") in {"NaN", "Infinity"}:
            detail = f"{name} is not a JSON number."
            self.fail("number_not_finite", detail, hint="Use null or text.")
        return self.refuse("a value")

    def parse_number(self, match: re.Match[str]) -> int | float:
        """Return the number that was matched."""
        text = match.group()
        if match.group(1) is None and match.group(2) is None:
            if len(text) > MAX_DIGITS:
                detail = f"The number at line {self.place(self.at)[0]} has too many digits."
                self.fail("number_out_of_range", detail, hint="Quote it to keep it as text.")
            return int(text)
        value = read_float(text)
        if not math.isfinite(value):
            detail = f"The number '{text[:40]}' is too large for a floating-point number."
            self.fail("number_not_finite", detail, hint="Quote it to keep it as text.")
        return value
