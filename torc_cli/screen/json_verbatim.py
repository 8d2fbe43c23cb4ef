"""JSON that keeps numbers as they were written, without importing the json package.

CPython's accelerator is enough to read and check; `json` (and `re` with it) would double the time
of a `get`. It is imported where the accelerator is missing and to explain what is wrong.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_SPACE = " \t\n\r"
_MANY_DIGITS = 4000  # int() refuses more than 4300


class NotJson(ValueError):
    """The text is not JSON; the message says where and why."""

    def __init__(self, why: str, line: int, column: int) -> None:
        super().__init__(f"line {line}, column {column}: {why}")


class WrittenNumber(float):
    """A number that prints as it was written."""

    text: str

    def __new__(cls, text: str) -> "WrittenNumber":
        """Make the number that `text` writes; its value is NaN where `text` is no float."""
        try:
            number = super().__new__(cls, text)
        except ValueError:
            number = super().__new__(cls, "nan")
        number.text = text
        return number


def _integer(text: str) -> "int | WrittenNumber":
    return WrittenNumber(text) if text == "-0" or len(text) > _MANY_DIGITS else int(text)


def _refuse_constant(constant: str) -> "Any":
    raise ValueError(f"{constant} is not JSON")


class _Reader:
    strict = True
    object_hook = None
    object_pairs_hook = None
    parse_float = WrittenNumber
    parse_int = staticmethod(_integer)
    parse_constant = staticmethod(_refuse_constant)


def _accelerator() -> "tuple[Any, Any]":
    """Return CPython's scanner and quoting function, or json's where it has none."""
    try:
        import _json
    except ImportError:
        from json import JSONDecoder, encoder

        options = {
            "parse_float": WrittenNumber,
            "parse_int": _integer,
            "parse_constant": _refuse_constant,
        }
        decoder: Any = JSONDecoder(**options)  # type: ignore[arg-type]
        return decoder.scan_once, encoder.encode_basestring
    return _json.make_scanner(_Reader()), _json.encode_basestring  # type: ignore[arg-type]


_scan, _quoted = _accelerator()


def _skip(text: str, at: int) -> int:
    while at < len(text) and text[at] in _SPACE:
        at += 1
    return at


def loads(text: str) -> "Any":
    """Return the value of a JSON text.

    Raises NotJson when it is not JSON.
    """
    try:
        value, end = _scan(text, _skip(text, 0))
    except (StopIteration, ValueError, RecursionError, SystemError) as error:
        # SystemError: CPython 3.11 raises it for bad JSON where nobody has imported json.
        raise _not_json(text, error) from None
    if _skip(text, end) != len(text):
        raise _not_json(text, ValueError("more than one value"))
    return value


def _not_json(text: str, error: Exception) -> NotJson:
    if isinstance(error, RecursionError):
        return NotJson("nested too deep", 1, 1)
    import json
    import re

    try:
        json.loads(text, parse_constant=_refuse_constant, parse_int=_integer)
    except json.JSONDecodeError as problem:
        return NotJson(problem.msg, problem.lineno, problem.colno)
    except ValueError as problem:
        outside_strings = re.finditer(r'"(?:[^"\\]|\\.)*"|NaN|-?Infinity', text)
        at = next((m.start() for m in outside_strings if m[0][0] != '"'), 0)
        line = text.count("\n", 0, at) + 1
        return NotJson(str(problem), line, at - text.rfind("\n", 0, at))
    return NotJson(str(error), 1, 1)


def members(text: str) -> dict[str, str]:
    """Return the members of a JSON object, each value as it is written; NotJson when it is none."""
    if not isinstance(loads(text), dict):
        raise NotJson("an object was expected", 1, 1)
    texts: dict[str, str] = {}
    at = _skip(text, _skip(text, 0) + 1)
    while text[at] != "}":
        name, at = _scan(text, at)
        start = _skip(text, _skip(text, at) + 1)
        _, at = _scan(text, start)
        texts[name] = text[start:at]
        at = _skip(text, at)
        at = _skip(text, at + 1) if text[at] == "," else at
    return texts


def elements(text: str) -> list[str]:
    """Return the elements of a JSON array, each as it is written; NotJson when it is none."""
    if not isinstance(loads(text), list):
        raise NotJson("an array was expected", 1, 1)
    texts: list[str] = []
    at = _skip(text, _skip(text, 0) + 1)
    while text[at] != "]":
        _, end = _scan(text, at)
        texts.append(text[at:end])
        at = _skip(text, end)
        at = _skip(text, at + 1) if text[at] == "," else at
    return texts


def string(text: str) -> str:
    """Return a JSON string that is safe on a terminal."""
    quoted: str = _quoted(text)
    if quoted.isprintable():
        return quoted
    return "".join(_escaped(character) for character in quoted)


def _escaped(character: str) -> str:
    if character.isprintable():
        return character
    raw = character.encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{raw[i : i + 4]}" for i in range(0, len(raw), 4))


def _scalar(value: "Any") -> str:
    if isinstance(value, str):
        return string(value)
    if value is None or isinstance(value, bool):
        return "null" if value is None else "true" if value else "false"
    return value.text if isinstance(value, WrittenNumber) else repr(value)


def compact(value: "Any") -> str:
    """Return a value on one line, as Python's own json module spaces it."""
    if isinstance(value, dict):
        inner = ", ".join(f"{string(k)}: {compact(v)}" for k, v in value.items())
        return "{" + inner + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(compact(element) for element in value) + "]"
    return _scalar(value)


def pretty(value: "Any", margin: str = "") -> str:
    """Return a value over several lines, two spaces a level."""
    inner = margin + "  "
    if isinstance(value, dict) and value:
        rows = [f"{inner}{string(key)}: {pretty(member, inner)}" for key, member in value.items()]
        return "{\n" + ",\n".join(rows) + f"\n{margin}}}"
    if isinstance(value, (list, tuple)) and value:
        rows = [inner + pretty(element, inner) for element in value]
        return "[\n" + ",\n".join(rows) + f"\n{margin}]"
    return compact(value)
