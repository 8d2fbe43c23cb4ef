"""Plans of attempts that no database has."""

from datetime import UTC, datetime
from typing import Any

from jobs.scheduling.attempts import AttemptPlan


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
            "num_cpus": 4,
            "memory_bytes": 100 << 20,
            "num_gpus": 0,
            "gpu_indices": "",
            "runtime_seconds": 7200,
            "runtime_limit": 7200,
            "runtime_text": "PT2H",
            "memory_limit": 100 << 20,
            "memory_text": "100m",
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
