"""JSON into marked values, strictly: no NaN, no doubled keys, no trailing commas."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from json.decoder import scanstring  # type: ignore[attr-defined]
from typing import Any, NoReturn

from specification.formats.documents import Document, MapNode, Place, SeqNode, place_by_offset
from specification.formats.yaml_scalars import MAX_DIGITS
from specification.limits import MAX_DEPTH
from specification.problems import Problem, SpecError

BLANK = re.compile(r"[ \t\r\n]*")
NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?")
WORD = re.compile(r"-?[A-Za-z]+")
WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None}


def read_json(text: str) -> Document | None:
    """Read one JSON document; None if it is blank or null.

    Raises:
        SpecError: with the one problem that ended reading.
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
        self.keys: list[tuple[str, int]] = []  # the key that waits, one per open mapping

    def fail(self, code: str, detail: str, at: int | None = None, **more: Any) -> NoReturn:
        """Raise the one problem that ends reading."""
        place = self.place(self.at if at is None else at)
        raise SpecError([Problem(code, detail, *place, **more)])

    def refuse(self, wanted: str) -> NoReturn:
        """Raise for a text that is not JSON here."""
        line, column = self.place(self.at)
        detail = f"The JSON is not well formed at line {line}, column {column}: expected {wanted}."
        self.fail("json_syntax", detail, hint="JSON has no comments and no trailing commas.")

    def skip(self) -> str:
        """Skip blanks and return the next character, '' at the end."""
        self.at = BLANK.match(self.text, self.at).end()  # type: ignore[union-attr]
        return self.text[self.at : self.at + 1]

    def read(self) -> Any:
        """Return the value of the whole text."""
        if not self.skip():
            return None
        self.root_mark = self.at
        while True:
            mark = self.at
            value, is_open = self.begin()
            if is_open:
                continue
            while self.open_nodes:
                self.put(value, mark)
                if not self.closes():
                    break
                value, mark = self.open_nodes.pop(), self.open_marks.pop()
            else:
                if self.skip():
                    self.refuse("the end of the text")
                return value

    def begin(self) -> tuple[Any, bool]:
        """Read a scalar or an empty container, or open a container and go to its first value."""
        letter = self.skip()
        if letter == "{":
            return self.open_container(MapNode(), "}")
        if letter == "[":
            return self.open_container(SeqNode(), "]")
        if letter == '"':
            return self.string(), False
        return self.number_or_word(), False

    def open_container(self, node: MapNode | SeqNode, end: str) -> tuple[Any, bool]:
        """Open a mapping or list; an empty one is finished at once."""
        mark = self.at
        if len(self.open_nodes) >= MAX_DEPTH:
            detail = f"The JSON is nested more than {MAX_DEPTH} levels deep."
            self.fail("json_too_deep", detail, hint="Flatten the value.", limit=MAX_DEPTH)
        self.at += 1
        if self.skip() == end:
            self.at += 1
            return node, False
        self.open_nodes.append(node)
        self.open_marks.append(mark)
        if isinstance(node, MapNode):
            self.key(node)
        self.skip()
        return None, True

    def key(self, node: MapNode) -> None:
        """Read a key and its colon."""
        if self.skip() != '"':
            self.refuse("a key in double quotes")
        mark = self.at
        key = self.string()
        if key in node:
            detail = f"The key '{key}' at line {self.place(mark)[0]} is there twice."
            self.fail("duplicate_key", detail, mark, hint="Keep one of the two.")
        if self.skip() != ":":
            self.refuse("':'")
        self.at += 1
        self.keys.append((key, mark))

    def put(self, value: Any, mark: int) -> None:
        """Hand a finished value to the innermost open container."""
        node = self.open_nodes[-1]
        if isinstance(node, MapNode):
            key, key_mark = self.keys.pop()
            node[key] = value
            node.marks += (key_mark, mark)
        else:
            node.append(value)
            node.marks.append(mark)

    def closes(self) -> bool:
        """Tell whether the innermost container ends here; else go to its next value."""
        node = self.open_nodes[-1]
        end = "}" if isinstance(node, MapNode) else "]"
        letter = self.skip()
        self.at += 1
        if letter == end:
            return True
        if letter != ",":
            self.at -= 1
            self.refuse(f"',' or '{end}'")
        if isinstance(node, MapNode):
            self.key(node)
        self.skip()
        return False

    def string(self) -> str:
        """Read a string in double quotes."""
        try:
            value, self.at = scanstring(self.text, self.at + 1, True)
        except json.JSONDecodeError as error:
            self.at = min(error.pos, len(self.text))
            self.refuse("a string without raw control characters, closed by '\"'")
        return str(value)

    def number_or_word(self) -> int | float | bool | None:
        """Read a number, true, false or null."""
        match = NUMBER.match(self.text, self.at)
        if match:
            value = self.number(match)
            self.at = match.end()
            return value
        word = WORD.match(self.text, self.at)
        name = word.group() if word else ""
        if name in WORDS:
            self.at += len(name)
            return WORDS[name]
        if name.lstrip("-") in {"NaN", "Infinity"}:
            self.fail("number_not_finite", f"{name} is no JSON number.", hint="Use null or text.")
        return self.refuse("a value")

    def number(self, match: re.Match[str]) -> int | float:
        """Return the number that was matched."""
        text = match.group()
        if match.group(1) is None and match.group(2) is None:
            if len(text) > MAX_DIGITS:
                detail = f"The number at line {self.place(self.at)[0]} has too many digits."
                self.fail("number_out_of_range", detail, hint="Quote it to keep it as text.")
            return int(text)
        value = float(text)
        if not math.isfinite(value):
            detail = f"The number '{text[:40]}' is too large for a floating-point number."
            self.fail("number_not_finite", detail, hint="Quote it to keep it as text.")
        return value
