"""`torc jobs logs` and `torc results logs`: what attempts wrote, whole or as it comes."""

import time

from torc_cli.http.client import Client, connect
from torc_cli.http.log_parts import MAX_PART, LogPart, LogReader
from torc_cli.http.patience import connect_patiently
from torc_cli.line.arguments import Call, id_of
from torc_cli.line.operands import job_ids_of
from torc_cli.screen import output
from torc_cli.screen.log_printer import LogPrinter
from torc_cli.screen.quantities import bytes_in_words

_SHORTEST_PAUSE = 0.1
_LONGEST_PAUSE = 1.0
_STORED_BYTES = 16_000
"""A stored end of fewer bytes is the whole log."""


def of_job(call: Call) -> None:
    """Print what the last attempt of a job wrote to stdout or stderr; it may still run."""
    client = _connect(call)
    _print(call, LogReader(client, f"/jobs/{job_ids_of(call, client)[0]}/logs/{_stream(call)}"))


def of_result(call: Call) -> None:
    """Print what an attempt wrote to stdout or stderr."""
    client = _connect(call)
    _print(
        call, LogReader(client, f"/results/{id_of(call.args[0], 'result')}/logs/{_stream(call)}")
    )


def _connect(call: Call) -> Client:
    return connect_patiently(call) if call.flag("follow") else connect(call)


def _stream(call: Call) -> str:
    return "stderr" if call.flag("stderr") else "stdout"


def _print(call: Call, reader: LogReader) -> None:
    """Print the part that options name; else all of it, and on a terminal only the end."""
    offset, limit = call.amount("offset"), call.amount("limit")
    is_terminal = output.is_terminal()
    only_end = is_terminal and offset is None and limit is None
    first = reader.read(_offset_of_first(reader, offset, limit, only_end=only_end), limit)
    printer = LogPrinter(is_raw=call.flag("raw") or not is_terminal)
    n_left_out = printer.print_first(first, from_line=only_end)
    end = first.size if limit is None else min(first.size, first.offset + limit)
    last = _print_until(reader, printer, first, end)
    if call.flag("follow") and limit is None:
        last = _follow(reader, printer, last)
    printer.close()
    for note in _notes(call, first, last, n_left_out):
        output.note(note)


def _offset_of_first(
    reader: LogReader, offset: "int | None", limit: "int | None", *, only_end: bool
) -> "int | None":
    """Return where to begin; None for as much of the end as one part can hold."""
    if offset is not None or only_end:
        return offset
    if limit is None:
        return 0
    return None if limit <= MAX_PART else max(reader.read(None, 1).size - limit, 0)


def _print_until(reader: LogReader, printer: LogPrinter, part: LogPart, end: int) -> LogPart:
    """Print what follows a part, up to a byte; return the last part."""
    while part.next_offset < end and part.content:
        part = reader.read(part.next_offset, end - part.next_offset)
        printer.print_part(part)
    return part


def _follow(reader: LogReader, printer: LogPrinter, part: LogPart) -> LogPart:
    """Print what the attempt writes until it has ended; return the last part."""
    pause = _SHORTEST_PAUSE
    while not part.is_complete or part.next_offset < part.size:
        if part.content:
            pause = _SHORTEST_PAUSE
        else:
            printer.flush()
            time.sleep(pause)
            pause = min(pause * 1.5, _LONGEST_PAUSE)
        part = reader.read(part.next_offset, None)
        printer.print_part(part)
    return part


def _notes(call: Call, first: LogPart, last: LogPart, n_left_out: int) -> "list[str]":
    """Return what a person must know who takes the output for the whole log."""
    notes = []
    if n_left_out:
        command = _whole_log_command(call)
        sizes = f"{bytes_in_words(n_left_out)} of {bytes_in_words(first.size)}"
        notes.append(f"note: the first {sizes} are left out; `{command} > FILE` writes all")
    if not last.is_file and not last.is_complete:
        notes.append("note: the attempt runs on another machine, which has its log until it ends")
    elif not last.is_file and last.size >= _STORED_BYTES:
        notes.append("note: the log is on another machine; this is its end, at most 16 KiB")
    return notes


def _whole_log_command(call: Call) -> str:
    import shlex

    words = ["torc", *call.command.words.split(), *call.args]
    words += ["--workflow", call.options["workflow"]] if call.flag("workflow") else []
    words += ["--stderr"] if call.flag("stderr") else []
    return shlex.join(words)
