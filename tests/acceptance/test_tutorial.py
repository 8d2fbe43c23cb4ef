"""The user data tutorial, typed into a shell."""

import shutil
import subprocess

import pytest

from tests import reference
from tests.acceptance.installation import Installation
from torc_site.environment import PROJECT_DIR

SCRIPT = "acceptance/tutorial.sh"
STEPS = r"""
set -euo pipefail
sed 's/ --data-only$/ | jq .data/' "$EXAMPLE" > workflow.yaml
id=$(torc workflows create workflow.yaml -f json | jq -r .id)
torc workflows initialize-jobs "$id" >&2
torc user-data list "$id" | grep -E '^│ [0-9]+ +│ ml_config │ null │'
torc jobs list "$id" -f json | jq -r '.[] | .name + " " + .status'
torc run "$id" >&2
torc user-data list "$id" -f json | jq -c '.[] | {name, data}'
torc results list "$id" -f json | jq -c '[.[].return_code]'
result=$(torc results list "$id" -f json | jq '.[] | select(.job_name == "train_model") | .id')
torc results logs "$result"
"""
PRINTED = """\
generate_config ready
train_model blocked
evaluate_model blocked
{"name":"ml_config","data":{"learning_rate":0.001,"batch_size":32,"epochs":10}}
[0,0,0]
Training with config:
{
  "learning_rate": 0.001,
  "batch_size": 32,
  "epochs": 10
}
"""


@pytest.fixture
def shell(installation: Installation) -> Installation:
    """Return an installation whose server runs."""
    installation.start()
    installation.environ["EXAMPLE"] = str(PROJECT_DIR / "examples" / "user_data.yaml")
    return installation


def typed(installation: Installation, *command: str) -> "subprocess.CompletedProcess[str]":
    """Run a command in the installation's folder, as its user."""
    return subprocess.run(
        command,
        cwd=installation.folder,
        env=installation.environ,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )


def test_every_step_prints_what_the_tutorial_shows(shell: Installation) -> None:
    assert shutil.which("jq"), "run ci/system-packages"
    done = typed(shell, "bash", "-c", STEPS)
    assert done.returncode == 0, done.stdout + done.stderr + shell.log
    table, _, rest = done.stdout.partition("\n")
    assert "│ ml_config │ null │" in table
    assert rest == PRINTED


@reference.needs(SCRIPT)
def test_the_document_passes_when_typed_as_it_is_printed(shell: Installation) -> None:
    done = typed(shell, "bash", str(reference.FOLDER / SCRIPT))
    assert done.returncode == 0, done.stdout
    assert done.stdout.endswith(" passed, 0 failed\n")
