"""Which jobs run on a node, and how they are ended."""

import subprocess
from pathlib import Path

from torc_site.processes import node_jobs


def test_a_job_counts_as_running_until_all_of_it_has_ended(
    tmp_path: Path, stubborn_job: "subprocess.Popen[bytes]"
) -> None:
    assert len(node_jobs.running_records(tmp_path)) == 1
    stubborn_job.kill()
    stubborn_job.wait()
    assert len(node_jobs.running_records(tmp_path)) == 1


def test_jobs_that_ignore_the_request_are_killed_at_once_on_demand(
    tmp_path: Path, stubborn_job: "subprocess.Popen[bytes]"
) -> None:
    assert node_jobs.end_jobs(tmp_path, wait=lambda seconds: True)
    assert node_jobs.running_records(tmp_path) == []
    stubborn_job.wait(5)


def test_a_node_that_ran_nothing_has_no_jobs(tmp_path: Path) -> None:
    assert node_jobs.running_records(tmp_path) == []
    assert node_jobs.end_jobs(tmp_path)
