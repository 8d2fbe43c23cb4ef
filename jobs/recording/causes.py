"""Why an attempt ended badly, read from its return code and the end of its logs. Knows no rows."""

from __future__ import annotations

import re
import signal
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from jobs.recording.cause_text import cleaned, normalized, shortened
from jobs.statuses import RETURN_CODE_LOST, KillReason, ending_signal, signal_text

MAX_LABEL = 200
MAX_ERROR_LINE = 300
MEMORY_LIMIT = "used more memory than its limit"
RUNTIME_LIMIT = "ran longer than its limit"
LOST = "lost: "
MISSING_OUTPUT = "did not write an output: "
NOT_STARTED = "could not be started: "
SIGNAL = "ended by signal "


class CauseKind(StrEnum):
    """Kinds of causes: for each, something else may help."""

    MEMORY = "memory"
    RUNTIME = "runtime"
    LOST = "lost"
    MISSING_OUTPUT = "missing_output"
    MISSING_FILE = "missing_file"
    MISSING_PROGRAM = "missing_program"
    DISK_FULL = "disk_full"
    SIGNAL = "signal"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Cause:
    """One cause: attempts with the same label failed for the same reason."""

    label: str
    """At most 200 characters, with what changes from job to job replaced."""
    kind: CauseKind
    error_line: str
    """The line of the log that says it, as it was written; at most 300 characters."""


@lru_cache(maxsize=64)  # a batch that has to be written again is not read again
def cause_of(
    return_code: int, kill_reason: str, reason: str, stderr_tail: str, stdout_tail: str
) -> Cause:
    """Return the cause of an attempt that ended badly.

    Args:
        return_code: of the attempt.
        kill_reason: `memory` or `runtime` if it hit that limit, else empty.
        reason: what the worker says about the end.
        stderr_tail: the end of what it wrote there.
        stdout_tail: the end of what it wrote there.
    """
    errors, output = _lines(stderr_tail), _lines(stdout_tail)
    telling = _telling_line(errors, output)
    number = ending_signal(return_code)
    by_itself = _without_log(return_code, kill_reason, reason)
    if by_itself:
        label, line = by_itself, telling.text or reason
    elif number is not None and not (
        telling.is_root or (telling.is_strong and number == signal.SIGABRT)
    ):
        label, line = signal_text(number), telling.text or reason
    elif telling.text:
        label, line = normalized(telling.text, MAX_LABEL), telling.text
    else:
        label, line = f"return code {return_code} without a message", reason
    line = shortened(cleaned(line), MAX_ERROR_LINE)
    return Cause(shortened(label, MAX_LABEL), kind_of(label), line)


_KINDS = (
    (CauseKind.DISK_FULL, r"No space left on device|[Dd]isk quota exceeded|disk is full"),
    # A GPU's memory is not what a job asks for as its memory.
    (CauseKind.ERROR, r"CUDA|cuda|\bGPU\b|\bHIP\b|CUBLAS|OutOfMemoryError: (?:HIP|CUDA)"),
    (
        CauseKind.MEMORY,
        rf"^{MEMORY_LIMIT}|\bMemoryError\b|OutOfMemory|oom.?kill|[Oo]ut of memory|[Oo]ut Of Memory"
        r"|bad_alloc|[Cc]annot allocate memory|cannot allocate vector|exceeded memory limit"
        r"|Unable to allocate",
    ),
    (CauseKind.RUNTIME, rf"^{RUNTIME_LIMIT}|DUE TO TIME LIMIT"),
    (CauseKind.LOST, rf"^{LOST}"),
    (CauseKind.MISSING_OUTPUT, rf"^{MISSING_OUTPUT}"),
    (
        CauseKind.MISSING_PROGRAM,
        r"command not found|ModuleNotFoundError|ImportError|there is no package called"
        r"|not found in current path|: not found$|cannot open shared object file"
        r"|executable file not found",
    ),
    (
        CauseKind.MISSING_FILE,
        r"No such file or directory|FileNotFound|NoSuchFile|[Cc]annot open (?:the )?file"
        r"|cannot find the file|file does not exist|File does not exist|Unable to open file",
    ),
    (CauseKind.SIGNAL, rf"^{SIGNAL}"),
)
_KIND_PATTERNS = tuple((kind, re.compile(pattern)) for kind, pattern in _KINDS)


def kind_of(label: str) -> CauseKind:
    """Return the kind of the cause with this label, which decides what may help."""
    for kind, pattern in _KIND_PATTERNS:
        if pattern.search(label):
            return kind
    return CauseKind.ERROR


def _without_log(return_code: int, kill_reason: str, reason: str) -> str:
    """Return the label of an end that the system knows by itself; empty if the log must say it."""
    if kill_reason == KillReason.MEMORY:
        return MEMORY_LIMIT
    if kill_reason == KillReason.RUNTIME:
        return RUNTIME_LIMIT
    if return_code == RETURN_CODE_LOST:
        return f"{LOST}{normalized(reason) or 'nobody saw its end'}"
    written = re.match(r"ended well but did not write (.*?)(?:; what it left running|$)", reason)
    if written:
        return f"{MISSING_OUTPUT}{normalized(written[1])}"
    if return_code == -1 and reason and not reason.startswith(SIGNAL):
        return f"{NOT_STARTED}{normalized(reason)}"
    return ""


@dataclass(frozen=True, slots=True)
class _TellingLine:
    """The line of a log that says most, and how much that is."""

    text: str = ""
    is_strong: bool = False
    """It says what went wrong."""
    is_root: bool = False
    """It says what lies behind all that follows."""


_FRAME = re.compile(r"^\s*[|+](?:[-+]+|\s|$)")
_RANK = re.compile(r"^(?:\[rank\d+\]: ?|\[[\w.-]+[:,]\d+\](?:<std\w+>:?)? ?|\d+: (?=\S))")
_ROOT = re.compile(
    r"No space left on device|[Dd]isk quota exceeded|oom[-_ ]?kill|Out of memory: Kill"
    r"|DUE TO TIME LIMIT|DUE TO MEMORY LIMIT|exceeded memory limit"
)
_NOISE = re.compile(
    r"""
      ^\W*$ | Warning\b | warnings?\.warn | \d%\| | ^\s+(?:at|in|from)\s | ^\s*\.\.\.\s\d+\smore
    | ^\s*(?:Stacktrace|Backtrace|stack\ backtrace|Calls|Traceback|Call\ stack|goroutine)\b
    | ^\s*(?:in\ expression\ starting|During\ handling|The\ above\ exception|note:\ run\ with)
    | End\ of\ error\ message | ^Error\ termination | ^NOTE:\ invoking | ^Node\.js\ v
    | ^\s*File\ ".*",\ line
    """,
    re.VERBOSE,
)
# What those say that merely waited for the one that failed.
_WRAPPER = re.compile(
    r"""
      ^make(?:\[\d+\])?:\ \*\*\* | ^ninja:\ | ^(?:srun|slurmstepd|mpirun|mpiexec|prterun)\b
    | ^Execution\ halted | ^Primary\ job | BAD\ TERMINATION | MPI_ABORT | ^Aborted | ^conda\b
    | ^ERROR\ conda | [Ee]xited?\ (?:with|on|status|code)\b | ^error:\ [Rr]ecipe | ^Error:\ process
    | ChildFailedError | ^Fatal\ Python\ error:\ Aborted | ^\S*\ ?ELIFECYCLE
    """,
    re.VERBOSE,
)
_STRONG = re.compile(
    r"""
      ^(?:[\w$]+[.:]+)*\w*(?:Error|Exception|Interrupt|Failure)\b | ^Caused\ by:
    | \b(?:error|Error|ERROR|fatal|Fatal|FATAL|CRITICAL|panic|panicked|Assertion|Exception)\b
    | \b(?:[Cc]annot|[Cc]an't|[Cc]ould\ not|[Uu]nable\ to|[Ff]ailed|FAILED|refused|timed\ out)\b
    | not\ found\b | No\ such\ file | [Pp]ermission\ denied | [Ii]s\ a\ directory | bad_alloc
    | [Ss]egmentation\ fault | Bus\ error | \bKilled\b | core\ dumped | undefined\ symbol
    | ^Traceback | [Oo]ut\ of\ memory
    """,
    re.VERBOSE,
)
_TRACEBACK = re.compile(r"^\s*(?:Exception Group )?Traceback \(most recent call last\):")
_THROWN = re.compile(r"terminate called after throwing an instance of '([^']+)'")
_WHAT = re.compile(r"^\s*what\(\):\s*(.*)")


def _lines(tail: str) -> list[str]:
    """Return the lines of a log without frames and process numbers before them; indents stay."""
    lines = []
    for raw in tail.split("\n"):
        line = _RANK.sub("", _FRAME.sub("", raw, count=1))
        text = cleaned(line)
        if text:
            lines.append(f" {text}" if line[:1] in " \t" else text)
    return lines


def _telling_line(errors: Sequence[str], output: Sequence[str]) -> _TellingLine:
    """Return the line that says most about why the attempt failed."""
    for lines in (errors, output):
        if _ROOT.search("\n".join(lines)):
            root = next(line for line in reversed(lines) if _ROOT.search(line))
            return _TellingLine(root.strip(), is_strong=True, is_root=True)
    for lines in (errors, output):
        strong = _after_traceback(lines) or _thrown(lines) or _last(lines, _STRONG)
        if strong:
            return _TellingLine(strong, is_strong=True)
    for lines in (errors, output):
        if weak := _last(lines, _WRAPPER, with_wrappers=True):
            return _TellingLine(weak)
    return _TellingLine(
        next((line.strip() for line in reversed(errors) if not _NOISE.search(line)), "")
    )


def _after_traceback(lines: Sequence[str]) -> str:
    """Return the exception under the last of Python's tracebacks: of a chain, the last one."""
    starts = [at for at, line in enumerate(lines) if _TRACEBACK.match(line)]
    for at in range(starts[-1] + 1 if starts else len(lines), len(lines)):
        if not lines[at].startswith(" "):
            return _with_next(lines, at)
    return ""


def _thrown(lines: Sequence[str]) -> str:
    """Return what a C++ program threw and nobody caught."""
    for at in range(len(lines) - 1, -1, -1):
        if match := _THROWN.search(lines[at]):
            what = _WHAT.match(lines[at + 1]) if at + 1 < len(lines) else None
            return f"{match[1]}: {what[1]}" if what else match[1]
    return ""


def _last(lines: Sequence[str], pattern: re.Pattern[str], *, with_wrappers: bool = False) -> str:
    for at in range(len(lines) - 1, -1, -1):
        line = lines[at]
        if not pattern.search(line) or _NOISE.search(line):
            continue
        if with_wrappers or not _WRAPPER.search(line):
            return _with_next(lines, at)
    return ""


def _with_next(lines: Sequence[str], at: int) -> str:
    """Return a line, and the one after it where a colon promises that."""
    line = lines[at].strip()
    if line.endswith(":") and at + 1 < len(lines):
        return f"{line} {lines[at + 1].strip()}"
    return line
