"""From the uploaded bytes of a spec to a document: size, encoding, choice of the format."""

from __future__ import annotations

import re
from typing import Literal, NoReturn

from specification.formats.document import Document
from specification.formats.foreign import refuse_foreign
from specification.formats.json import read_json
from specification.formats.yaml import read_yaml
from specification.limits import MAX_SPEC_BYTES
from specification.problems import Problem, SpecError

Format = Literal["yaml", "json"]
EXTENSIONS: dict[str, Format] = {".yaml": "yaml", ".yml": "yaml", ".json": "json"}
UNSUPPORTED_EXTENSIONS = (".json5", ".kdl")
LOOKS_LIKE_YAML = re.compile(r"(\s*(#.*|---)?\n)*[A-Za-z_]\w*:(\s|$)")
LOOKS_LIKE_JSON = re.compile(r"\s*\{\s*[\"}]")


def read_document(
    text: str | bytes, spec_format: str | None = None, filename: str | None = None
) -> Document:
    """Return the document of a spec's text.

    Args:
        text: the spec.
        spec_format: `yaml` or `json`; by default what the name or the text itself looks like.
        filename: the name of the file that holds the spec.

    Raises:
        SpecError: it is too large, empty, not UTF-8, not well formed or not a mapping.
    """
    chosen = choose_format(spec_format, filename)
    decoded = decode(text)
    try:
        document = parse(decoded, chosen)
    except SpecError:
        refuse_foreign(decoded)
        refuse_yaml_in_json(decoded, chosen)
        raise
    if document is not None and not has_jobs(document):
        refuse_foreign(decoded)
    if document is None:
        detail = "The spec is empty."
        raise SpecError([Problem("empty_spec", detail, 1, 1, "", "Give it a name and jobs.")])
    if not isinstance(document.root, dict):
        line, column = document.locate(())
        detail = "The spec must be a mapping with the keys 'name' and 'jobs'."
        hint = "Begin with 'name: my_workflow' and put the jobs under 'jobs:'."
        raise SpecError([Problem("expected_mapping", detail, line, column, "", hint)])
    return document


def has_jobs(document: Document) -> bool:
    """Return whether a document has a list of jobs, as every spec does."""
    return isinstance(document.root, dict) and isinstance(document.root.get("jobs"), list)


def refuse_yaml_in_json(text: str, chosen: Format | None) -> None:
    """Raise if a text that should be JSON is YAML.

    Raises:
        SpecError: with the advice to rename the file.
    """
    if chosen != "json" or not LOOKS_LIKE_YAML.match(text):
        return
    detail = "The file is named or sent as JSON, but it is YAML."
    hint = "Give it a name that ends in .yaml, or write JSON: it begins with '{'."
    raise SpecError([Problem("json_syntax", detail, 1, 1, "", hint)])


def choose_format(spec_format: str | None, filename: str | None) -> Format | None:
    """Return the format that the caller or the file's name chooses, None if neither does.

    Raises:
        SpecError: the format is not supported.
    """
    if spec_format is not None:
        if spec_format in ("yaml", "json"):
            return spec_format  # type: ignore[return-value]
        refuse_format(spec_format)
    name = (filename or "").lower()
    for extension in UNSUPPORTED_EXTENSIONS:
        if name.endswith(extension):
            refuse_format(extension.lstrip("."))
    extensions = (extension for extension in EXTENSIONS if name.endswith(extension))
    return EXTENSIONS.get(next(extensions, ""))


def refuse_format(name: str) -> NoReturn:
    """Raise for a format that is not supported."""
    detail = f"Specs in the format '{name[:20]}' are not supported yet."
    problem = Problem("unsupported_spec_format", detail, hint="Write the spec as YAML or JSON.")
    raise SpecError([problem])


def decode(text: str | bytes) -> str:
    """Return the text without its byte order mark.

    Raises:
        SpecError: it is too large or not UTF-8.
    """
    try:
        raw = text.encode() if isinstance(text, str) else text
    except UnicodeEncodeError:
        refuse_encoding("lone_surrogate", "The spec contains half of a surrogate pair.")
    if len(raw) > MAX_SPEC_BYTES:
        refuse_size(len(raw))
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
            refuse_encoding("not_utf8", "The spec is UTF-16, not UTF-8 text.", line)
        if b"\0" in raw[:1_000]:
            refuse_encoding("not_utf8", "The file is not text.", line, "Choose the spec's file.")
        refuse_encoding("not_utf8", f"The spec is not UTF-8 text (at line {line}).", line)


def refuse_size(size: int) -> NoReturn:
    """Raise for a spec that is too large."""
    detail = f"The spec has {size:,} bytes; {MAX_SPEC_BYTES:,} are allowed."
    hint = "Use parameters instead of writing out every job."
    code = "payload_too_large"
    raise SpecError([Problem(code, detail, hint=hint, limit=MAX_SPEC_BYTES, actual=size)])


def refuse_encoding(
    code: str, detail: str, line: int = 1, hint: str = "Save the file as UTF-8."
) -> NoReturn:
    """Raise for a text that cannot be stored."""
    raise SpecError([Problem(code, detail, line, 1, None, hint)])


def parse(text: str, chosen: Format | None) -> Document | None:
    """Return the document of a text; without a format it is JSON if its first key is in quotes."""
    if chosen == "json" or (chosen is None and LOOKS_LIKE_JSON.match(text)):
        return read_json(text)
    return read_yaml(text)
