"""A line of a log as the same line would look in any other run: its changing parts replaced."""

from __future__ import annotations

import re

MAX_LENGTH = 200
MAX_READ = 2_000
"""Characters of a line that are looked at."""

_ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-_])")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\s]+")

# The first alternative that matches wins, so the more telling kinds stand in front.
_CHANGING = re.compile(
    r"""
      (?P<url>\b[a-z][a-z0-9+.-]{1,15}://[^\s'"<>)\]]+)
    | (?P<id>\b[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\b)
    | (?P<time>
          \b\d{4}[-/]\d{2}[-/]\d{2}(?:[T\ ]\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?
              (?:\ ?(?:Z\b|UTC\b|[+-]\d{2}:?\d{2}\b))?)?
        | \b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)?,?\ ?(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)
              \ +\d{1,2}\ \d{2}:\d{2}:\d{2}(?:\ \d{4})?
        | \b\d{1,2}:\d{2}:\d{2}(?:[.,]\d+)?\b )
    | (?P<address>\b\d{1,3}(?:\.\d{1,3}){3}(?::\d{1,5})?\b)
    | (?P<hex>\b0x[0-9a-fA-F]+\b)
    | (?P<quote>['"`\u2018])(?P<quoted>(?:~|\.{0,2}/|[A-Za-z]:\\)[^'"`\u2019]*)(?=['"`\u2019])
    | (?P<path>
          (?<![\w.~])[A-Za-z]:\\[^\s'"]+
        | (?<![\w.~/])(?:~|\.{1,2})?/[^\s'"`:;,()\[\]<>{}]+
        | (?<![\w./])[\w.@+-]+(?:/[\w.@+=-]+){2,}
        | (?<![\w./])[\w.@+-]+/[\w.@+=-]*\.\w{1,8}\b )
    | (?P<code>\b(?:
          Errno|HTTP(?:/[\d.]+)?(?:\ Error|\ status)?|[Ss]tatus(?:\ code)?|[Ss]ignal
        | [Ee]xit(?:ed\ with)?(?:\ (?:code|status|exit\ status))?
        | [Rr]eturn(?:ed)?\ (?:non-zero\ exit\ status|code|value)|error\ code )
          (?::?\ |=)-?\d{1,5}\b)
    | (?P<word>\b(?:
          u?int|float|complex|bfloat|utf-?|UTF-?|sha|SHA|md|MD|base|x86_|amd|arm|fp|bf|s|[Pp]ython
          )\d{1,3}\b)
    | (?P<size>(?<![\w.])\d+(?:\.\d+)?\ ?(?:[kKMGT]i?B|bytes)\b)
    | (?P<digest>\b(?=[0-9a-fA-F]*\d)(?=[0-9a-fA-F]*[a-fA-F])[0-9a-fA-F]{8,}\b)
    | (?P<token>\b(?=\w{8,}\b)(?:[A-Za-z]{1,4}\d{1,4}){3,}[A-Za-z]*\b)
    | (?P<n>(?:(?<![\w)\]}-])[-+])?\d+(?:,\d{3}(?!\d))*(?:\.\d+)*(?:[eE][-+]?\d+\b)?)
    """,
    re.VERBOSE,
)
_SHOWN_AS = {"digest": "hex", "token": "id"}
_KEPT = frozenset({"code", "word"})
_REPEATED = re.compile(r"(\{[a-z]+\})(?:(?:\ ?[,x\u00d7]\ ?|\ )\1)+")
_LEADING_TIME = re.compile(r"^(?:[\[(<]?\{time\}[\])>]?[\s:,|-]*)+")


def cleaned(line: str) -> str:
    """Return a raw line without colors and control characters, blanks made single."""
    # What a progress bar wrote over cannot be seen in a terminal either.
    visible = next((part for part in reversed(line.split("\r")) if part.strip()), "")
    return _CONTROL.sub(" ", _ANSI.sub("", visible[:MAX_READ])).strip()


def normalized(line: str, length: int = MAX_LENGTH) -> str:
    """Return the line with its numbers, paths, times, ids and addresses replaced by what they are.

    Codes that tell causes apart stay: `Errno 2`, `HTTP Error 404`, `exit status 3`, `int64`.

    Args:
        line: of any log.
        length: at most so many characters are kept; a longer line ends with an ellipsis.
    """
    text = _CHANGING.sub(_shown, cleaned(line))
    text = _REPEATED.sub(r"\1, …", _LEADING_TIME.sub("", text))
    return shortened(text, length)


def shortened(text: str, length: int) -> str:
    """Return the text, ended with an ellipsis where it is longer than that."""
    return text if len(text) <= length else f"{text[: length - 1]}…"


def _shown(match: re.Match[str]) -> str:
    kind = match.lastgroup or ""
    if kind == "quoted":
        return f"{match['quote']}{{path}}"
    if kind in _KEPT:
        return match[0]
    ending = "." if kind in ("path", "url") and match[0].endswith(".") else ""
    return f"{{{_SHOWN_AS.get(kind, kind)}}}{ending}"
