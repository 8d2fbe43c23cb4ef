"""YAML to values with marks: YAML 1.2's core schema, one document, limited depth and size.

Events come from libyaml one by one, so that depth and size are checked while reading, and no
input leads to deep recursion, neither in libyaml's composer nor here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import yaml
from yaml.cyaml import CParser  # type: ignore[attr-defined]
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from specification.formats.document import Document, MapNode, SeqNode, place_by_offset
from specification.formats.yaml_errors import (
    check_mapping_key,
    fail,
    mark_of,
    place_of_mark,
    refuse_character,
    refuse_key,
    refuse_syntax,
)
from specification.formats.yaml_notes import yaml_notes
from specification.formats.yaml_scalars import Scalar, TooManyDigits, resolve_plain, resolve_tagged
from specification.limits import MAX_ALIASES, MAX_DEPTH, MAX_NODES, MAX_TEXT_SIZE

UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
CORE_TAG = "tag:yaml.org,2002:"
NO_KEY = object()


@dataclass(slots=True)
class Frame:
    """A mapping or list that is still open."""

    node: MapNode | SeqNode
    mark: int
    anchor: str | None
    nodes_before: int
    size_before: int
    height: int = 1
    key: Any = NO_KEY
    key_mark: int = 0


@dataclass(frozen=True, slots=True)
class Anchored:
    """A finished node that aliases may repeat, with the size that each repetition adds."""

    value: Any
    n_nodes: int
    text_size: int
    height: int


def read_yaml(text: str) -> Document | None:
    """Return the YAML document of a text, None if there is nothing in it.

    Raises:
        SpecError: with the first problem.
    """
    unprintable = UNPRINTABLE.search(text)
    if unprintable:
        refuse_character(unprintable.group(), place_by_offset(text)(unprintable.start()))
    return YamlReader(text).read()


class YamlReader:
    """Builds the value of one document from libyaml's events."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.parser = CParser(text)
        self.frames: list[Frame] = []
        self.anchors: dict[str, Anchored | None] = {}  # None: still open
        self.n_nodes = 0
        self.text_size = 0
        self.n_aliases = 0
        self.n_documents = 0
        self.root: Any = None
        self.root_mark = 0

    def read(self) -> Document | None:
        """Return the document, None if it is empty."""
        try:
            self.run()
        except yaml.MarkedYAMLError as error:
            refuse_syntax(error, self.text)
        if self.root is None:
            return None
        notes = tuple(yaml_notes(self.text))
        return Document(self.root, place_of_mark, self.root_mark, notes)

    def run(self) -> None:
        """Handle all events."""
        next_event = self.parser.get_event
        while (event := next_event()) is not None:
            kind = type(event)
            if kind is ScalarEvent:
                self.add_scalar(event)
            elif kind is MappingStartEvent:
                self.open(MapNode(), event)
            elif kind is SequenceStartEvent:
                self.open(SeqNode(), event)
            elif kind is MappingEndEvent or kind is SequenceEndEvent:
                self.close()
            elif kind is AliasEvent:
                self.repeat_anchored(event)
            elif kind is DocumentStartEvent:
                self.start_document(event)

    def start_document(self, event: Any) -> None:
        """Begin a document, or raise if it is the second."""
        self.n_documents += 1
        if self.n_documents > 1:
            fail(
                "yaml_multiple_documents",
                "The file contains more than one YAML document.",
                place_of_mark(mark_of(event)),
                hint="Keep one document; remove the line '---' and what follows it.",
            )

    def count_nodes(self, n_nodes: int, mark: int, text_size: int = 0) -> None:
        """Add to the number of nodes and characters, or raise if there are too many.

        Aliases count as copies.
        """
        self.n_nodes += n_nodes
        self.text_size += text_size
        if self.text_size > MAX_TEXT_SIZE:
            fail(
                "yaml_too_much_text",
                f"The spec has more than {MAX_TEXT_SIZE:,} characters with aliases written out.",
                place_of_mark(mark),
                hint="Repeat fewer and shorter values by aliases.",
                limit=MAX_TEXT_SIZE,
            )
        if self.n_nodes > MAX_NODES:
            fail(
                "yaml_too_many_nodes",
                f"The spec has more than {MAX_NODES:,} values once its aliases are written out.",
                place_of_mark(mark),
                hint="Use parameters instead of repeating entries, and fewer aliases.",
                limit=MAX_NODES,
            )

    def check_depth(self, depth: int, mark: int) -> None:
        """Raise for what is nested too deep."""
        if depth > MAX_DEPTH:
            fail(
                "yaml_too_deep",
                f"The spec is nested more than {MAX_DEPTH} levels deep.",
                place_of_mark(mark),
                hint="Flatten the value, or keep it in a file.",
                limit=MAX_DEPTH,
            )

    def add_scalar(self, event: Any) -> None:
        """Add the value of one scalar."""
        mark = mark_of(event)
        self.count_nodes(1, mark, len(event.value))
        is_plain = event.implicit[0]
        tag = None if is_plain else event.tag
        try:
            if tag is not None:
                value = self.tagged_scalar(tag, event.value, mark)
            else:
                value = resolve_plain(event.value) if is_plain else event.value
        except TooManyDigits:
            detail = f"The number at line {place_of_mark(mark)[0]} has too many digits."
            fail("number_out_of_range", detail, place_of_mark(mark), hint="Quote it to keep text.")
        if event.anchor is not None:
            self.anchors[event.anchor] = Anchored(value, 1, len(event.value), 0)
        self.add_value(value, mark, 0, is_merge=is_plain and value == "<<")

    def tagged_scalar(self, tag: str, text: str, mark: int) -> Scalar:
        """Return the value of a scalar that has a tag."""
        self.check_tag(tag, ("str", "int", "float", "bool", "null"), mark)
        try:
            return resolve_tagged(tag.removeprefix(CORE_TAG), text)
        except TooManyDigits:
            raise
        except ValueError:
            detail = f"The value at line {place_of_mark(mark)[0]} does not fit its tag."
            fail("yaml_tag_not_allowed", detail, place_of_mark(mark), hint="Remove the tag.")

    def check_tag(self, tag: str | None, allowed: tuple[str, ...], mark: int) -> None:
        """Raise for every tag but those of the core schema."""
        if tag is None or tag == "!" or tag.removeprefix(CORE_TAG) in allowed:
            return
        line = place_of_mark(mark)[0]
        shown = tag.replace(CORE_TAG, "!!")[:80]
        fail(
            "yaml_tag_not_allowed",
            f"The tag '{shown}' at line {line} is not one of YAML's core schema.",
            place_of_mark(mark),
            hint="Remove the tag; specs consist of text, numbers, lists and mappings only.",
        )

    def open(self, node: MapNode | SeqNode, event: Any) -> None:
        """Begin a mapping or list."""
        mark = mark_of(event)
        self.count_nodes(1, mark)
        self.check_depth(len(self.frames) + 1, mark)
        self.check_tag(event.tag, ("map", "seq"), mark)
        if self.expects_key():
            refuse_key(mark)
        if event.anchor is not None:
            self.anchors[event.anchor] = None
        self.frames.append(Frame(node, mark, event.anchor, self.n_nodes - 1, self.text_size))

    def close(self) -> None:
        """End the innermost mapping or list."""
        frame = self.frames.pop()
        if frame.anchor is not None:
            size = self.n_nodes - frame.nodes_before
            text_size = self.text_size - frame.size_before
            self.anchors[frame.anchor] = Anchored(frame.node, size, text_size, frame.height)
        self.add_value(frame.node, frame.mark, frame.height)

    def repeat_anchored(self, event: Any) -> None:
        """Add the node that an alias repeats."""
        mark = mark_of(event)
        self.n_aliases += 1
        if self.n_aliases > MAX_ALIASES:
            detail = f"The spec has more than {MAX_ALIASES:,} aliases."
            fail("yaml_too_many_aliases", detail, place_of_mark(mark), limit=MAX_ALIASES)
        if event.anchor not in self.anchors:
            detail = f"The alias '*{event.anchor}' at line {place_of_mark(mark)[0]} has no anchor."
            fail("yaml_syntax", detail, place_of_mark(mark), hint="Quote text that begins with *.")
        anchored = self.anchors[event.anchor]
        if anchored is None:
            detail = f"The alias '*{event.anchor}' is inside the value that it repeats."
            fail("yaml_recursive_alias", detail, place_of_mark(mark), hint="Write out the value.")
        self.count_nodes(anchored.n_nodes, mark, anchored.text_size)
        self.check_depth(len(self.frames) + anchored.height, mark)
        self.add_value(anchored.value, mark, anchored.height, is_merge=False)

    def expects_key(self) -> bool:
        """Return whether the next node is a key of a mapping."""
        if not self.frames:
            return False
        frame = self.frames[-1]
        return isinstance(frame.node, MapNode) and frame.key is NO_KEY

    def add_value(self, value: Any, mark: int, height: int, *, is_merge: bool = False) -> None:
        """Add a finished node to the mapping or list that contains it."""
        if not self.frames:
            self.root, self.root_mark = value, mark
            return
        frame = self.frames[-1]
        if height >= frame.height:
            frame.height = height + 1
        node = frame.node
        if isinstance(node, SeqNode):
            node.append(value)
            node.marks.append(mark)
        elif frame.key is NO_KEY:
            check_mapping_key(node, value, mark, is_merge)
            frame.key, frame.key_mark = value, mark
        else:
            node[frame.key] = value
            node.marks += (frame.key_mark, mark)
            frame.key = NO_KEY
