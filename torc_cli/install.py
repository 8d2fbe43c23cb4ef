"""`python -m torc_cli.install PATH` writes a `torc` script that starts faster than pip's."""

import compileall
import os
import sys
import sysconfig

_LONGEST_SHEBANG = 120
_PROJECT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

# -I: PYTHON* variables of a job must not change it; -S: it needs no site-packages, which cost 3 ms.
_SCRIPT = """\
import sys

sys.path.insert(0, {project!r})
from torc_cli.entry import run_and_leave

run_and_leave()
"""


def launcher(python: str, project: str) -> str:
    """Return the text of the script; a shebang takes no spaces and has a length limit."""
    if " " in python or len(python) > _LONGEST_SHEBANG:
        head = f"#!/bin/sh\n'''exec' \"{python}\" -IS \"$0\" \"$@\"\n' '''\n"
    else:
        head = f"#!{python} -IS\n"
    return head + _SCRIPT.format(project=project)


def write_script(path: str, mode: int) -> None:
    """Write the script to `path` with that mode, unless it is there already."""
    text = launcher(sys.executable, _PROJECT)
    if _is_written(path, text):  # a full disk does not stop who has it
        return
    temporary = f"{path}.{os.getpid()}"
    with open(temporary, "w", encoding="utf-8") as file:
        file.write(text)
    os.chmod(temporary, mode)
    os.replace(temporary, path)


def _is_written(path: str, text: str) -> bool:
    try:
        with open(path, encoding="utf-8") as file:
            return file.read() == text and os.access(path, os.X_OK)
    except (OSError, ValueError):
        return False


def install(path: str) -> None:
    """Write the script to `path`, and make the project importable for this Python."""
    write_script(path, 0o755)  # a program is for everybody to run
    site_packages = sysconfig.get_path("purelib")
    if os.path.realpath(_PROJECT) != os.path.realpath(site_packages):
        with open(os.path.join(site_packages, "torc_project.pth"), "w", encoding="utf-8") as file:
            file.write(_PROJECT + "\n")
    compileall.compile_dir(os.path.dirname(os.path.abspath(__file__)), quiet=1)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m torc_cli.install PATH")
    install(sys.argv[1])
