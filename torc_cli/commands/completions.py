"""`torc completions`: the completion script of a shell."""

from torc_cli.errors import UsageError
from torc_cli.line.arguments import Call
from torc_cli.line.catalog import GRAMMAR
from torc_cli.line.completion_scripts import SCRIPTS
from torc_cli.screen import output


def completions(call: Call) -> None:
    """Print the completion script of the shell that the operand names."""
    shell = call.args[0]
    if shell not in SCRIPTS:
        raise UsageError(f"there are no completions for '{shell}'", f"{', '.join(SCRIPTS)}")
    output.emit(SCRIPTS[shell](GRAMMAR))
