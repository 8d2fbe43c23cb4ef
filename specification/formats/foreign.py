"""Files of other tools that are taken for a spec: what they are, and what to do with them."""

from __future__ import annotations

import re
from typing import NamedTuple

from specification.problems import Problem, SpecError

LOOKED_AT = 20_000  # characters at the beginning of a file


class Tool(NamedTuple):
    """A kind of file, how it is recognized, and what its parts are in a spec."""

    noun: str
    pattern: re.Pattern[str]
    hint: str


TOOLS = (
    Tool(
        "a Slurm batch script",
        re.compile(r"^#SBATCH\s", re.MULTILINE),
        "Make it a job's command ('command: bash script.sh'), and write --time, --mem and "
        "--cpus-per-task as runtime, memory and num_cpus of its resource requirement.",
    ),
    Tool(
        "a Snakefile",
        re.compile(r"^(rule|checkpoint)\s+\w+\s*:", re.MULTILINE),
        "Write each rule as a job: 'shell' is its command, 'input' and 'output' are files, and "
        "wildcards are parameters.",
    ),
    Tool(
        "an Airflow file",
        re.compile(r"^\s*(from|import)\s+airflow\b", re.MULTILINE),
        "Write each operator as a job: its bash_command is the command, and '>>' is depends_on.",
    ),
    Tool(
        "a Python program",
        re.compile(r"\A(#!.*python|(from\s+\S+\s+)?import\s+\w)", re.MULTILINE),
        "A spec is YAML or JSON; let the program print one, or run the program as a job's command.",
    ),
    Tool(
        "a shell script",
        re.compile(r"\A#!"),
        "Write 'name:' and 'jobs:', and run the script as a job's command.",
    ),
    Tool(
        "a workflow of GitHub Actions",
        re.compile(r"^\s+(runs-on|steps):", re.MULTILINE),
        "Write jobs as a list, each with a name and a command; 'needs' is depends_on.",
    ),
    Tool(
        "a CWL description",
        re.compile(r"^cwlVersion:", re.MULTILINE),
        "Write each step as a job with a name and a command.",
    ),
    Tool(
        "a KDL file",
        re.compile(r"^(name|job|file)\s+\"[^\"]*\"\s*\{?\s*$", re.MULTILINE),
        "Write the spec as YAML or JSON; KDL is not supported yet.",
    ),
    Tool(
        "a TOML file",
        re.compile(r"^(\[+[\w.]+\]+\s*$|\w+\s*=\s)", re.MULTILINE),
        "Write the spec as YAML or JSON: 'name: my_workflow' instead of 'name = \"my_workflow\"'.",
    ),
)


def refuse_foreign(text: str) -> None:
    """Raise if a text that is no spec looks like a file of another tool.

    Raises:
        SpecError: with the name of the tool and the way from there to a spec.
    """
    start = text[:LOOKED_AT]
    for tool in TOOLS:
        match = tool.pattern.search(start)
        if match:
            line = start.count("\n", 0, match.start()) + 1
            detail = f"This looks like {tool.noun}, not like a spec in YAML or JSON."
            raise SpecError([Problem("foreign_format", detail, line, 1, "", tool.hint)])
