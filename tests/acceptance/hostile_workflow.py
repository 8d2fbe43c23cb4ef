"""A workflow whose names, files and logs try to harm whoever looks at it."""

import json

from tests.acceptance.installation import Installation

EVIL_PATH = '"><img src=x onerror=document.title=1>.txt'
EVIL_LINK = "javascript:alert(1)"
ESCAPES = (
    rb"\033[31mred\033[0m\033]52;c;ZXZpbA==\a\033]0;t\a\033]8;;javascript:x\aL\033]8;;\a"
    rb"\033[2J\033[1;1H\033P$q\033\\\377"
)
LOUD = b"printf '" + ESCAPES + b"'\n"
NAMES = f"""\
touch '{EVIL_PATH}' '{EVIL_LINK}'
printf '<script>fetch(1)</script>' > out.html
mkfifo pipe.fifo
"""
HOSTILE = {
    "name": "hostile",
    "jobs": [
        {"name": "settle", "command": "echo 1", "output_user_data": ["config"]},
        {"name": "loud", "command": "bash loud.sh"},
        {
            "name": "names",
            "command": "bash names.sh",
            "output_files": [EVIL_PATH, EVIL_LINK, "page", "pipe"],
        },
        {
            "name": "train_{n}",
            "command": "sleep 0.{n}; test {n} != 3",
            "input_user_data": ["config"],
            "parameters": {"n": "1:6"},
        },
    ],
    "files": [
        {"name": EVIL_PATH, "path": EVIL_PATH},
        {"name": EVIL_LINK, "path": EVIL_LINK},
        {"name": "page", "path": "out.html"},
        {"name": "pipe", "path": "pipe.fifo"},
    ],
    "user_data": [{"name": "config", "data": {"rate": 0.1, "layers": [1, 2]}}],
}
GOING = {
    "name": "going",
    "jobs": [
        {
            "name": "long",
            "command": "mkdir made; echo x > made/x; seq 1 40; until [ -e go ]; do sleep 1; done",
        }
    ],
}


def create_workflows(installation: Installation) -> None:
    """Let the hostile workflow run, as number 1, and another begin, as number 2."""
    (installation.folder / "loud.sh").write_bytes(LOUD)
    (installation.folder / "names.sh").write_text(NAMES)
    assert installation.create(json.dumps(HOSTILE)) == "1"
    installation.torc("run", "1", expect=1)
    going = installation.post("/workflow_specs", {"spec": json.dumps(GOING)})
    installation.torc("workflows", "start", str(going["id"]))
