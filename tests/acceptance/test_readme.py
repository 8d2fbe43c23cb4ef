"""The README, typed by a reader: its files saved under their names, its commands run in a shell."""

import re
import subprocess

from tests.acceptance.installation import Installation
from torc_site.environment import PROJECT_DIR

TEXT = (PROJECT_DIR / "README.md").read_text()
SAVED = re.findall(r"[Ss]ave as `(\S+)`:\n\n```yaml\n(.*?)```", TEXT, re.DOTALL)
TYPED = re.findall(r"```\n((?:torc|ID=).*?)```", TEXT, re.DOTALL)


def completed(installation: Installation, workflow_id: str) -> int:
    """Return how many jobs of a workflow have completed."""
    jobs = installation.json("jobs", "list", workflow_id)
    return sum(job["status"] == "completed" for job in jobs)


def test_the_blocks_of_the_readme_run_in_their_order(installation: Installation) -> None:
    assert [name for name, _ in SAVED] == ["config_pipeline.yaml", "sweep.yaml"]
    assert len(TYPED) == 2
    installation.start()
    installation.torc("run", str(PROJECT_DIR / "examples" / "user_data.yaml"))  # as the demo does
    for name, spec in SAVED:
        (installation.folder / name).write_text(spec)
    script = "set -euo pipefail\n" + "".join(TYPED)
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=installation.folder,
        env=installation.environ,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr + installation.log
    assert "learning_rate" in done.stdout
    assert [completed(installation, number) for number in ("1", "2", "3")] == [3, 3, 61]


def test_every_link_of_the_readme_leads_to_a_file() -> None:
    links = re.findall(r"\]\(([^)#]+)\)", TEXT)
    assert [link for link in links if not (PROJECT_DIR / link).exists()] == []
