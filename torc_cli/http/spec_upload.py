"""Sends spec files to the server and words the problems that it finds in them."""

import os
from typing import Any

from torc_cli.errors import ErrorResponse, UsageError
from torc_cli.http.client import Client
from torc_cli.line.text_file import read_text
from torc_cli.screen.output import note

_FORMATS = {".yaml": "yaml", ".yml": "yaml", ".json": "json"}
_UNSUPPORTED = (".kdl", ".json5", ".toml")


class BadSpec(UsageError):
    """The server refused a spec."""

    def __init__(self, file: str, response: ErrorResponse, problems: list[dict[str, Any]]) -> None:
        super().__init__(response.message, response.hint)
        self.file = file
        self.problems = problems

    def lines(self) -> list[str]:
        """Return a line for each problem, as `file:line:column: text`, which editors understand."""
        return [_line(self.file, problem) for problem in self.problems]


def upload_spec(client: Client, file: str, path: str = "/workflow_specs") -> dict[str, Any]:
    """Post a spec file and return the answer; UsageError when the file or the spec is wrong."""
    text = read_text(file)
    body = {
        "spec": text,
        "format": _format(file),
        "submission_directory": os.getcwd(),
        "user": os.environ.get("USER") or None,
    }
    try:
        answer = client.json("POST", path, body)
    except ErrorResponse as error:
        problems = error.problem.get("problems")
        if isinstance(problems, list) and problems:
            raise BadSpec("stdin" if file == "-" else file, error, problems) from None
        raise
    return answer if isinstance(answer, dict) else {}


def print_warnings(counts: dict[str, Any]) -> None:
    """Print the warnings about a spec that is accepted: what its author may not have meant."""
    for warning in counts.get("warnings") or []:
        note(f"note: {warning}")


def _format(file: str) -> str | None:
    ending = os.path.splitext(file)[1].lower()
    if ending in _UNSUPPORTED:
        raise UsageError(f"{file}: specs in {ending[1:].upper()} are not read", "use YAML or JSON")
    return _FORMATS.get(ending)


def _line(file: str, problem: dict[str, Any]) -> str:
    numbers = [problem.get("line"), problem.get("column")]
    place = ":".join([file, *(str(number) for number in numbers if number is not None)])
    code = f" ({problem['code']})" if problem.get("code") else ""
    hint = f" - {problem['hint']}" if problem.get("hint") else ""
    return f"{place}: {problem.get('detail')}{code}{hint}"
