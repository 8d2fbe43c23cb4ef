"""The entry point of `torc`: reads the command line, calls its function, prints errors."""

import os
import sys

from torc_cli.errors import CliError, UsageError
from torc_cli.line.arguments import Call, Help
from torc_cli.line.catalog import GRAMMAR

INTERRUPTED = 130
BROKEN_PIPE = 141


def main(argv: "list[str] | None" = None) -> int:
    """Run one command line and return its exit code."""
    try:
        return _run(sys.argv[1:] if argv is None else argv)
    except CliError as error:
        for line in error.lines():
            _print_error(line)
        return error.exit_code
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # Nobody reads our output any more; the interpreter must not try to flush it at its end.
        _discard_stdout()
        return BROKEN_PIPE
    except Exception as error:
        if os.environ.get("TORC_DEBUG"):
            raise
        _print_error(f"error: {type(error).__name__}: {error} - set TORC_DEBUG=1 to see where")
        return CliError.exit_code


def run_and_leave() -> None:
    """Run the command line and end the process at once, without the interpreter's cleanup."""
    code = main()
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, AttributeError):  # unwritable, which is told already, or closed
            code = code or CliError.exit_code
    os._exit(code)


def _run(argv: list[str]) -> int:
    if argv == ["--version"] or argv == ["-V"]:
        argv = ["version"]
    request = GRAMMAR.read(argv)
    if isinstance(request, Help):
        return _help(request)
    return _call(request)


def _call(call: Call) -> int:
    module, _, name = call.command.target.partition(":")
    function = getattr(__import__(f"torc_cli.commands.{module}", fromlist=[name]), name)
    return int(function(call) or 0)


def _help(request: Help) -> int:
    from torc_cli.line.help import help_text
    from torc_cli.screen.output import emit

    text = help_text(GRAMMAR, request)
    if request.was_typed:
        emit(text)
        return 0
    sys.stderr.write(text + "\n")
    return UsageError.exit_code


def _discard_stdout() -> None:
    from torc_cli.screen.output import discard_stdout

    discard_stdout()


def _print_error(text: str) -> None:
    from torc_cli.screen.output import note

    note(text)
