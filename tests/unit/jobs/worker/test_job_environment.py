"""The environment of an attempt, from what the node has and what the spec says."""

from pathlib import Path

import pytest

from jobs.scheduling.retry_rules import RetryRule
from jobs.worker.job_environment import FolderMissing, Launcher
from jobs.worker.process import MARK
from specification.entries.environment import JOB_VARIABLES
from tests.unit.jobs.worker.plans import plan


@pytest.fixture
def launcher(tmp_path: Path) -> Launcher:
    return Launcher(
        data_dir=tmp_path,
        api_url="http://127.0.0.1:1/api",
        bin_dir=Path("/node/bin"),
        mint_token=lambda result_id: f"token of {result_id}",
        inherited={"PATH": "/usr/bin", "TORC_NUM_CPUS": "64", "TORC_API_URL": "of the server"},
        gpus=("2", "5", "GPU-8932f937"),
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


def test_a_job_is_told_what_is_reserved_for_it_and_how_often_it_may_be_tried_again(
    launcher: Launcher,
) -> None:
    rules = (RetryRule(frozenset({3}), False, 1), RetryRule(frozenset(), True, 5))
    values = launcher.environment(
        plan(num_gpus=2, gpu_indices="0,1", rules=rules, n_retries=2, submission_directory="/data")
    )
    assert {name: values[name] for name in sorted(JOB_VARIABLES & values.keys())} == {
        "TORC_API_URL": "http://127.0.0.1:1/api",
        "TORC_ATTEMPT_ID": "2",
        "TORC_JOB_ID": "5",
        "TORC_JOB_NAME": "train",
        "TORC_MEMORY_BYTES": "104857600",
        "TORC_NUM_CPUS": "4",
        "TORC_NUM_GPUS": "2",
        "TORC_OUTPUT_DIR": values["TORC_OUTPUT_DIR"],
        "TORC_RETRIES_LEFT": "3",
        "TORC_RUNTIME_SECONDS": "7200",
        "TORC_RUN_ID": "1",
        "TORC_TOKEN": "token of 7",
        "TORC_WORKFLOW_ID": "3",
        "TORC_WORKFLOW_SUBMISSION_DIR": "/data",
    }


def test_a_spec_may_set_every_name_that_the_worker_does_not(launcher: Launcher) -> None:
    given = {name for name in launcher.environment(plan()) if name.startswith("TORC_")}
    assert given | {MARK} == JOB_VARIABLES


def test_a_workflow_without_a_submission_folder_has_its_own(
    launcher: Launcher, tmp_path: Path
) -> None:
    values = launcher.environment(plan())
    assert values["TORC_WORKFLOW_SUBMISSION_DIR"] == str(tmp_path / "workflows" / "3")
    assert values["TORC_RETRIES_LEFT"] == "0"


@pytest.mark.parametrize(
    ("places", "names", "numbers"),
    [
        ("", "", ""),
        ("0", "2", "0"),
        ("1,2", "5,GPU-8932f937", "0,1"),
        ("2,3", "GPU-8932f937", "0"),  # placed when the node had four
    ],
)
def test_a_job_sees_its_gpus_by_the_names_that_the_node_has_for_them(
    launcher: Launcher, places: str, names: str, numbers: str
) -> None:
    values = launcher.environment(plan(gpu_indices=places))
    assert values["CUDA_VISIBLE_DEVICES"] == names
    assert values["ROCR_VISIBLE_DEVICES"] == names
    assert values["HIP_VISIBLE_DEVICES"] == numbers  # which counts among those of ROCR


def test_a_job_does_not_start_anywhere_else_when_its_folder_is_not_there(
    launcher: Launcher, tmp_path: Path
) -> None:
    gone = plan(submission_directory=str(tmp_path / "gone"))
    with pytest.raises(FolderMissing, match="gone"):
        launcher.launch(gone, tmp_path / "record")
    (tmp_path / "gone").mkdir()
    assert launcher.launch(gone, tmp_path / "record").directory == str(tmp_path / "gone")
    own = launcher.launch(plan(submission_directory=None), tmp_path / "record")
    assert own.directory == str(tmp_path / "workflows" / "3")
