"""A node whose lease ran out ends its jobs, and only then."""

import subprocess
from pathlib import Path

import pytest

from jobs.worker import process as job_process
from torc_site.processes import node_jobs
from torc_site.processes.fence import Fence


@pytest.mark.parametrize(
    ("stamp", "silence"),
    [(None, 0), ("900.5", 99.5), ("700", 300), ("5000", 0), ("", 0)],
    ids=["no stamp", "renewed", "run out", "from an earlier boot", "half written"],
)
def test_silence_lasts_from_the_last_heartbeat(
    tmp_path: Path, stamp: str | None, silence: float
) -> None:
    if stamp is not None:
        (tmp_path / "lease").write_text(stamp)
    assert Fence(tmp_path, clock=lambda: 1000.0).silence() == silence


@pytest.mark.parametrize(("stamp", "n_left"), [("761", 1), ("759", 0)])
def test_jobs_end_when_the_lease_ran_out(
    tmp_path: Path,
    stubborn_job: "subprocess.Popen[bytes]",
    monkeypatch: pytest.MonkeyPatch,
    stamp: str,
    n_left: int,
) -> None:
    monkeypatch.setattr(node_jobs, "GRACE", 0.2)
    (tmp_path / "lease").write_text(stamp)
    Fence(tmp_path, clock=lambda: 1000.0).check()
    assert len(node_jobs.running_records(tmp_path)) == n_left
    (record,) = [
        job_process.read_record(path) for path in job_process.records_in(tmp_path / "attempts")
    ]
    assert record is not None
    assert record.is_fenced == (n_left == 0)
