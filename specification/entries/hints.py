"""What to do about values of the wrong type and about keys of other tools."""

from __future__ import annotations

from typing import Any

from specification.problems import SpecPath

SECTIONS = {
    "resource_requirements": "resource_requirements",
    "failure_handler": "failure_handlers",
}
SYNONYMS = {
    "cmd": "command", "commands": "command", "script": "command", "run": "command",
    "shell": "command", "needs": "depends_on", "deps": "depends_on", "after": "depends_on",
    "dependencies": "depends_on", "requires": "depends_on", "environment": "env",
    "cpus": "num_cpus", "cores": "num_cpus", "gpus": "num_gpus", "nodes": "num_nodes",
    "mem": "memory", "time": "runtime", "walltime": "runtime", "inputs": "input_files",
    "outputs": "output_files", "resources": "resource_requirements", "steps": "jobs",
    "params": "parameters", "retries": "max_retries",
}  # fmt: skip
HINTS = {
    "expected_string": "Write one text.",
    "expected_integer": "Write a number without quotes and without a point.",
    "expected_boolean": "Write true or false, without quotes.",
    "expected_list": "Write a list such as [a, b], or lines that begin with '- '.",
    "expected_mapping": "Write keys and values, such as 'key: value'.",
    "expected_parameter_value": "Write a range such as 1:10, a list such as [a, b], or one value.",
}


def wrong_type_hint(code: str, path: SpecPath, value: Any) -> str | None:
    """Return what to do about a value of the wrong type."""
    if code == "expected_string" and isinstance(value, int | float):
        return "Put it in quotes to make it text."
    if code == "expected_list" and isinstance(value, str):
        return f"Write [{value[:60]}] for a list with one item."
    if code == "expected_list" and path == ("jobs",) and isinstance(value, dict) and value:
        return f"Write each job as an item: '- name: {next(iter(value))[:60]}' and its keys below."
    if code == "expected_string" and path:
        return text_hint(str(path[-1]), value) or HINTS[code]
    return HINTS.get(code)


def text_hint(key: str, value: Any) -> str | None:
    """Return what to do about a mapping or list where a text is expected, None if unknown."""
    if isinstance(value, dict) and list(value.values()) == [None]:
        placeholder = f"{{{next(iter(value))[:60]}}}"
        return f"Put text that begins with '{{' in quotes: {key}: \"{placeholder}\"."
    if isinstance(value, dict) and key in SECTIONS:
        detail = "Move it to the section"
        return f"{detail} '{SECTIONS[key]}' of the spec, give it a name, and write that name here."
    if isinstance(value, list) and key == "command" and all(type(item) is str for item in value):
        return (
            f"Write one text: command: {' '.join(value)[:60]}; several lines go below 'command: |'."
        )
    return None
