"""The environment of an attempt, from what the node has and what the spec says."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from jobs.scheduling.attempts import AttemptPlan
from jobs.worker.job_environment import Launcher


def plan(**values: Any) -> AttemptPlan:
    return AttemptPlan(
        **{
            "result_id": 7,
            "job_id": 5,
            "workflow_id": 3,
            "run_id": 1,
            "attempt_id": 2,
            "job_name": "train",
            "command": "true",
            "env": {},
            "submission_directory": None,
            "gpu_indices": "",
            "runtime_limit": None,
            "memory_limit": None,
            "rules": (),
            "n_retries": 0,
            "n_lost": 0,
            "use_pending_failed": False,
            "outputs": (),
            "opened_at": datetime(2026, 1, 1, tzinfo=UTC),
            "started_at": None,
            "kill_reason": "",
            **values,
        }
    )


@pytest.fixture
def launcher(tmp_path: Path) -> Launcher:
    return Launcher(
        data_dir=tmp_path,
        api_url="http://127.0.0.1:1/api",
        bin_dir=Path("/node/bin"),
        mint_token=lambda result_id: f"token of {result_id}",
        inherited={"PATH": "/usr/bin", "HOME": "/home/ann"},
    )


@pytest.mark.parametrize(
    ("env", "path"),
    [
        ({}, "/node/bin:/usr/bin"),
        ({"PATH": "/opt/conda/bin:/bin"}, "/node/bin:/opt/conda/bin:/bin"),
    ],
)
def test_the_folder_of_torc_leads_the_path_whatever_the_spec_sets(
    launcher: Launcher, env: dict[str, str], path: str
) -> None:
    assert launcher.environment(plan(env=env))["PATH"] == path
