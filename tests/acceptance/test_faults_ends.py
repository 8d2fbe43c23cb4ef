"""Jobs that are ended, by a person or by a limit, and jobs that misbehave."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from shutil import which
from typing import Any

import pytest

from jobs.statuses import RETURN_CODE_MEMORY, RETURN_CODE_RUNTIME
from tests.acceptance.installation import Installation
from tests.acceptance.ledger import (
    Ledger,
    assert_sound,
    begin,
    finish,
    living,
    results_of,
    spec_of,
    statuses_of,
    wait_for_nodes,
)
from tests.servers import wait_until

SECRETS = {
    "TORC_SECRET_KEY": "a-key-that-no-job-may-see-0123456789abcdef",
    "PGPASSWORD": "a-password-that-no-job-may-see",
    "CELERY_BROKER_URL": "redis://user:and-neither-this@127.0.0.1:1/0",
}
STUBBORN = """\
trap "" TERM; setsid sleep 300 & (exec 8>&- 9>&-; setsid sleep 300 &) ; while :; do sleep 1; done"""
LIMITED = """
name: limits
resource_requirements:
  - {{name: short, num_cpus: 1, memory: 1g, runtime: PT2S}}
  - {{name: small, num_cpus: 1, memory: 40m}}
jobs:
  - {{name: slow, resource_requirements: short, command: "{slow}"}}
  - {{name: greedy, resource_requirements: small, command: "{greedy}"}}
"""
OVERSIZED = """
name: oversized
resource_requirements:
  - {{name: gpus, num_cpus: 1, num_gpus: 2, memory: 1g}}
jobs:
{jobs}
  - {{name: large, resource_requirements: gpus, command: "{large}"}}
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Return a server that the tests of this file share."""
    made = Installation(tmp_path_factory.mktemp("ends"), VIRTUAL_ENV=sys.prefix, **SECRETS)
    made.start("--cpus", "8")
    wait_for_nodes(made, 1)
    yield made
    made.close()


def test_canceling_a_workflow_ends_even_what_ignores_sigterm(
    server: Installation, ledger: Ledger
) -> None:
    bodies = {"stubborn": STUBBORN, "polite": "sleep 300"}
    commands = {name: ledger.command(body) for name, body in bodies.items()}
    after = "  - {name: after, command: 'true', depends_on: [stubborn]}\n"
    workflow_id = server.create(spec_of(commands) + after)
    server.torc("workflows", "start", workflow_id)
    ledger.wait_for("start", 2)
    wait_until(lambda: len(living(server)) > 7, 10, "its children live")
    server.torc("cancel", workflow_id)
    results = finish(server, ledger, workflow_id, seconds=20)
    assert set(statuses_of(server, workflow_id).values()) == {"canceled"}
    assert [row["status"] for row in results] == ["canceled"] * 2


def test_canceling_one_job_leaves_the_others_alone(server: Installation, ledger: Ledger) -> None:
    bodies = {"victim": "sleep 300", "other": "sleep 1"}
    commands = {name: ledger.command(body) for name, body in bodies.items()}
    after = "  - {name: after, command: 'true', depends_on: [victim]}\n"
    workflow_id = server.create(spec_of(commands) + after)
    server.torc("workflows", "start", workflow_id)
    ledger.wait_for("start", 2)
    jobs = {job["name"]: job["id"] for job in server.json("jobs", "list", workflow_id)}
    server.torc("jobs", "cancel", str(jobs["victim"]))
    finish(server, ledger, workflow_id, seconds=10)
    ends = {"victim": "canceled", "other": "completed", "after": "canceled"}
    assert statuses_of(server, workflow_id) == ends


def test_a_cancel_amid_many_ends_leaves_one_truth_for_each(
    server: Installation, ledger: Ledger
) -> None:
    workflow_id = begin(server, ledger, {f"job{n}": "sleep 0.05" for n in range(600)})
    ledger.wait_for("end", 10)
    server.torc("cancel", workflow_id)
    results = finish(server, ledger, workflow_id)
    recorded = {row["job_id"]: row["status"] for row in results}
    jobs = server.json("jobs", "list", workflow_id)
    assert {job["status"] for job in jobs} == {"completed", "canceled"}
    for job in jobs:
        assert recorded.get(job["id"], "canceled") == job["status"]
    started = {entry.attempt[1] for entry in ledger.entries("start")}
    unstarted = {row["job_id"] for row in results if row["return_code"] == -1}
    assert started.isdisjoint(unstarted)


def test_limits_that_somebody_wrote_are_enforced(server: Installation, ledger: Ledger) -> None:
    hoard = 'python3 -c \\"import time; hoard = bytearray(200 << 20); time.sleep(60)\\"'
    slow, greedy = ledger.command("sleep 60"), ledger.command(hoard)
    workflow_id = server.create(LIMITED.format(slow=slow, greedy=greedy))
    server.torc("run", workflow_id, expect=1)
    results = {row["job_id"]: row for row in finish(server, ledger, workflow_id)}
    jobs = {job["name"]: job for job in server.json("jobs", "list", workflow_id)}
    assert {job["status"] for job in jobs.values()} == {"terminated"}
    codes = {name: results[job["id"]]["return_code"] for name, job in jobs.items()}
    assert codes == {"slow": RETURN_CODE_RUNTIME, "greedy": RETURN_CODE_MEMORY}
    assert 2 <= results[jobs["slow"]["id"]]["exec_time_minutes"] * 60 < 6
    assert "limit" in jobs["slow"]["reason"]
    assert "memory" in jobs["greedy"]["reason"]


def test_what_a_job_leaves_running_is_ended(server: Installation, ledger: Ledger) -> None:
    daemon = "(setsid sleep 300 >/dev/null 2>&1 &) ; exit 0"
    workflow_id = begin(server, ledger, {"daemon": daemon})
    results = finish(server, ledger, workflow_id, seconds=15)
    assert [row["return_code"] for row in results] == [0]
    assert "left running" in server.json("jobs", "list", workflow_id)[0]["reason"]


def test_a_job_that_reads_its_input_finds_it_empty(server: Installation, ledger: Ledger) -> None:
    workflow_id = begin(server, ledger, {"reader": "cat; echo done"})
    results = finish(server, ledger, workflow_id, seconds=10)
    assert [row["return_code"] for row in results] == [0]
    assert server.torc("results", "logs", str(results[0]["id"])) == "done\n"


def test_a_job_sees_its_own_variables_and_no_secret(
    server: Installation, ledger: Ledger, tmp_path: Path
) -> None:
    workflow_id = begin(server, ledger, {"curious": f"env > {tmp_path}/env; exit 0"})
    finish(server, ledger, workflow_id)
    text = (tmp_path / "env").read_text()
    seen = dict(line.split("=", 1) for line in text.splitlines() if "=" in line)
    assert not [secret for secret in SECRETS.values() if secret in text]
    assert not seen.keys() & {*SECRETS, "TORC_DATABASE_URL", "TORC_BROKER_URL"}
    assert (server.data_dir / "token").read_text().strip() not in text
    assert seen["TORC_WORKFLOW_ID"] == workflow_id
    assert seen["TORC_JOB_NAME"] == "curious"
    assert seen["TORC_TOKEN"].startswith("torc_job_")
    assert seen["CUDA_VISIBLE_DEVICES"] == ""


def test_a_job_finds_torc_and_the_users_python_but_no_program_of_the_server(
    server: Installation, ledger: Ledger, tmp_path: Path
) -> None:
    programs = "type -P torc python3 celery django-admin"
    command = f"(torc version; {programs}; echo [$VIRTUAL_ENV]) > {tmp_path}/said; exit 0"
    finish(server, ledger, begin(server, ledger, {"programs": command}))
    version, torc, *others, environment = (tmp_path / "said").read_text().splitlines()
    assert version.startswith("torc ")
    assert os.listdir(Path(torc).parent) == ["torc"]
    own = str(Path(sys.executable).parent)
    path = ":".join(folder for folder in os.environ["PATH"].split(":") if folder != own)
    assert others == [which("python3", path=path)]
    assert environment == "[]"


def test_a_job_waits_for_a_folder_that_is_gone_and_says_so(
    server: Installation, tmp_path: Path
) -> None:
    folder = tmp_path / "study"
    body = {
        "spec": "name: gone\njobs: [{name: a, command: 'pwd > where'}]",
        "submission_directory": str(folder),
    }
    workflow_id = str(server.post("/workflow_specs", body)["id"])
    server.torc("workflows", "start", workflow_id)

    def job() -> Any:
        (row,) = server.json("jobs", "list", workflow_id)
        return row

    wait_until(lambda: f"{folder} is not there on" in job()["reason"], 10, "its reason")
    assert results_of(server, workflow_id) == []
    folder.mkdir()
    wait_until(lambda: job()["status"] == "completed", 20, "the job to run")
    assert (folder / "where").read_text() == f"{folder}\n"
    assert_sound(server)


def test_a_missing_output_file_fails_its_job_by_name(server: Installation) -> None:
    spec = """
name: forgetful
files:
  - {name: report, path: no/such/report.csv}
jobs:
  - {name: job, command: "true", output_files: [report]}
"""
    workflow_id = server.create(spec)
    said = server.torc("run", workflow_id, expect=1)
    assert "report (no/such/report.csv)" in said
    assert [row["return_code"] for row in results_of(server, workflow_id)] == [1]
    assert_sound(server)


def test_a_job_larger_than_the_machine_runs_alone_and_says_so(
    server: Installation, ledger: Ledger
) -> None:
    small = "".join(
        f'  - {{name: small{n}, command: "{ledger.command("sleep 0.5")}"}}\n' for n in range(3)
    )
    large = ledger.command("sleep 1; echo [$CUDA_VISIBLE_DEVICES]")
    workflow_id = server.create(OVERSIZED.format(jobs=small, large=large))
    server.torc("workflows", "start", workflow_id)
    said = server.torc("run", workflow_id, with_notes=True)
    assert "needs 2 GPUs" in said
    results = finish(server, ledger, workflow_id)
    jobs = {job["name"]: job["id"] for job in server.json("jobs", "list", workflow_id)}
    times = {
        kind: {entry.attempt[1]: entry.uptime for entry in ledger.entries(kind)}
        for kind in ("start", "end")
    }
    begun, over = (times[kind].pop(jobs["large"]) for kind in ("start", "end"))
    assert all(times["end"][job] <= begun or times["start"][job] >= over for job in times["end"])
    assert [row["return_code"] for row in results] == [0] * 4
