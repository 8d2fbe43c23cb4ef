"""What a machine has to offer."""

import pytest

from jobs.worker.capacity import gpu_names

UUID = "GPU-8932f937-d72c-4106-c12f-20bd9faed9f6"
CASES = [
    # variables, TORC_NUM_GPUS, the names of the GPUs
    ({"CUDA_VISIBLE_DEVICES": "2,5"}, None, ("2", "5")),
    ({"CUDA_VISIBLE_DEVICES": " 2, 5 "}, 1, ("2",)),
    ({"CUDA_VISIBLE_DEVICES": "2,5"}, 4, ("2", "5")),
    ({"CUDA_VISIBLE_DEVICES": f"{UUID},MIG-{UUID}/1/0"}, None, (UUID, f"MIG-{UUID}/1/0")),
    ({"CUDA_VISIBLE_DEVICES": ""}, None, ()),
    ({"CUDA_VISIBLE_DEVICES": "-1"}, None, ()),
    ({"CUDA_VISIBLE_DEVICES": "NoDevFiles"}, None, ()),
    ({"CUDA_VISIBLE_DEVICES": "3,-1,4"}, None, ("3",)),
    ({"ROCR_VISIBLE_DEVICES": "1,3", "HIP_VISIBLE_DEVICES": "0,1"}, None, ("1", "3")),
    ({"CUDA_VISIBLE_DEVICES": "", "ROCR_VISIBLE_DEVICES": "1"}, None, ("1",)),
    ({"SLURM_STEP_GPUS": "4-6,9", "SLURM_JOB_GPUS": "4-9"}, None, ("4", "5", "6", "9")),
    ({"SLURM_JOB_GPUS": "0"}, None, ("0",)),
    ({"CUDA_VISIBLE_DEVICES": "0", "SLURM_JOB_GPUS": "6"}, None, ("0",)),  # renumbered by a cgroup
    ({}, 3, ("0", "1", "2")),
    ({}, 0, ()),
]


@pytest.mark.parametrize(("environment", "number", "names"), CASES)
def test_the_gpus_of_a_node_are_those_that_it_can_see(
    environment: dict[str, str], number: int | None, names: tuple[str, ...]
) -> None:
    assert gpu_names(environment, number) == names
