"""From an attempt's plan to a launch: directory, logs, environment. Knows no Django."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from jobs.scheduling.attempts import AttemptPlan
from jobs.scheduling.retry_rules import retries_left
from jobs.worker.log_files import open_log_file, read_masked
from jobs.worker.node_folder import spread
from jobs.worker.process import Launch

_NO_DEVICES = {"CUDA_VISIBLE_DEVICES": "", "ROCR_VISIBLE_DEVICES": "", "HIP_VISIBLE_DEVICES": ""}
TAIL_BYTES = 16 * 1024
"""Of each log, stored in the database."""


class FolderMissing(Exception):
    """The folder that a workflow's jobs run in is not there on this node; the text is its path."""


class Launcher:
    """Makes launches for one node.

    Args:
        data_dir: the data folder; logs and the workflows' own folders are in it.
        api_url: where jobs find the API.
        bin_dir: the folder of the `torc` command and nothing else, put first in PATH.
        mint_token: job token of an attempt id.
        inherited: the variables that jobs inherit from the worker.
        gpus: the name of each GPU of the node; attempts hold their places in this list.
        umask: file mode mask of jobs; None for that of the worker.
    """

    def __init__(
        self,
        *,
        data_dir: Path,
        api_url: str,
        bin_dir: Path,
        mint_token: Callable[[int], str],
        inherited: Mapping[str, str],
        gpus: Sequence[str] = (),
        umask: int | None = None,
    ) -> None:
        self._logs = data_dir / "logs"
        self._folders = data_dir / "workflows"
        self._mint_token = mint_token
        self._path = f"{bin_dir}{os.pathsep}"
        path = self._path + inherited.get("PATH", os.defpath)
        self._base = {**inherited, "PATH": path}
        self._api_url = api_url
        self._gpus = {str(place): name for place, name in enumerate(gpus)}
        self._umask = umask
        self._known: set[int] = set()
        self._logs.mkdir(mode=0o700, parents=True, exist_ok=True)
        spread(self._logs)

    def launch(self, plan: AttemptPlan, record: Path) -> Launch:
        """Return how to start the attempt, with its folders made.

        Raises:
            FolderMissing: the submission folder is not there.
        """
        if plan.submission_directory and not os.path.isdir(plan.submission_directory):
            raise FolderMissing(plan.submission_directory)
        if plan.workflow_id not in self._known:
            (self._logs / str(plan.workflow_id)).mkdir(mode=0o700, parents=True, exist_ok=True)
            self._output(plan).mkdir(mode=0o700, parents=True, exist_ok=True)
            self._known.add(plan.workflow_id)
        stdout = self.stdout_of(plan)
        return Launch(
            record=record,
            command=plan.command,
            environment=self.environment(plan),
            directory=self.directory(plan),
            stdout=stdout,
            stderr=stdout.with_suffix(".err"),
            umask=self._umask,
        )

    def stdout_of(self, plan: AttemptPlan) -> Path:
        """Return the file of the standard output; standard error goes to `.err` beside it."""
        return self._logs / str(plan.workflow_id) / f"{plan.result_id}.out"

    def directory(self, plan: AttemptPlan) -> str:
        """Where the CLI stood at creation; of what was made without one, the workflow's folder."""
        return plan.submission_directory or self._folder(plan)

    def environment(self, plan: AttemptPlan) -> dict[str, str]:
        """Return what is inherited, then the job's own variables, then Torc's `JOB_VARIABLES`."""
        own = plan.env
        if "PATH" in own:
            own = {**own, "PATH": self._path + own["PATH"]}
        return {
            **self._base,
            **own,
            "TORC_WORKFLOW_ID": str(plan.workflow_id),
            "TORC_JOB_ID": str(plan.job_id),
            "TORC_JOB_NAME": plan.job_name,
            "TORC_RUN_ID": str(plan.run_id),
            "TORC_ATTEMPT_ID": str(plan.attempt_id),
            "TORC_RETRIES_LEFT": str(retries_left(plan.rules, plan.n_retries)),
            "TORC_NUM_CPUS": str(plan.num_cpus),
            "TORC_MEMORY_BYTES": str(plan.memory_bytes),
            "TORC_NUM_GPUS": str(plan.num_gpus),
            "TORC_RUNTIME_SECONDS": str(plan.runtime_seconds),
            "TORC_WORKFLOW_SUBMISSION_DIR": self.directory(plan),
            "TORC_OUTPUT_DIR": str(self._output(plan)),
            "TORC_API_URL": self._api_url,
            "TORC_TOKEN": self._mint_token(plan.result_id),
            **self._devices(plan.gpu_indices),
        }

    def _devices(self, places: str) -> Mapping[str, str]:
        """Return the variables that show a job its GPUs, and hide all others."""
        if not places:
            return _NO_DEVICES
        # A worker that was started again may have fewer than when the attempt was placed.
        names = [self._gpus[place] for place in places.split(",") if place in self._gpus]
        joined = ",".join(names)
        return {
            "CUDA_VISIBLE_DEVICES": joined,
            "ROCR_VISIBLE_DEVICES": joined,
            "HIP_VISIBLE_DEVICES": _numbered(names),
        }

    def _folder(self, plan: AttemptPlan) -> str:
        return str(self._folders / str(plan.workflow_id))

    def _output(self, plan: AttemptPlan) -> Path:
        return self._folders / str(plan.workflow_id) / "output"


def _numbered(names: Sequence[str]) -> str:
    """Return the places of the devices among those that ROCR shows, which is how HIP counts."""
    return ",".join(str(place) for place in range(len(names)))


def missing_outputs(
    plan: AttemptPlan, directory: str
) -> tuple[tuple[str, ...], tuple[tuple[int, float], ...]]:
    """Return the declared output files that are missing, and (file id, mtime) of the others."""
    if not plan.outputs:
        return (), ()
    missing: list[str] = []
    mtimes: list[tuple[int, float]] = []
    for output in plan.outputs:
        try:
            mtimes.append((output.file_id, os.stat(os.path.join(directory, output.path)).st_mtime))
        except OSError:
            missing.append(f"{output.name} ({output.path})")
    return tuple(missing), tuple(mtimes)


def tail_of(path: Path) -> str:
    """Return the last part of a log as text that every database can hold, tokens masked."""
    descriptor = open_log_file(path)
    if descriptor is None:
        return ""
    try:
        size = os.fstat(descriptor).st_size
        if size == 0:
            return ""
        data = read_masked(descriptor, max(size - TAIL_BYTES, 0), TAIL_BYTES)
    except OSError:
        return ""
    finally:
        os.close(descriptor)
    return data.decode(errors="replace").replace("\x00", "\N{REPLACEMENT CHARACTER}")
