"""What jobs inherit: the user's Python, never Torc's own, and no secret."""

from pathlib import Path

import pytest

from jobs.worker.inherited_variables import inherited_variables

CODE = Path("/opt/torc")
TORC = Path("/opt/torc/.venv")
CONDA = "/home/ann/conda/envs/lab"

CASES = [
    # what was set, what jobs get of it
    ({"PATH": "/usr/bin:/bin"}, {"PATH": "/usr/bin:/bin"}),
    ({"PATH": f"{TORC}/bin:/usr/bin"}, {"PATH": "/usr/bin"}),
    ({"PATH": f"/usr/bin:{TORC}/bin/::/bin"}, {"PATH": "/usr/bin::/bin"}),
    (
        {"PATH": f"{TORC}/bin:/bin", "VIRTUAL_ENV": str(TORC), "VIRTUAL_ENV_PROMPT": "(x)"},
        {"PATH": "/bin"},
    ),
    (
        {"PATH": "/home/ann/env/bin:/bin", "VIRTUAL_ENV": "/home/ann/env"},
        {"PATH": "/home/ann/env/bin:/bin", "VIRTUAL_ENV": "/home/ann/env"},
    ),
    (
        {"PATH": f"{TORC}/bin:{CONDA}/bin:/bin", "CONDA_PREFIX": CONDA, "CONDA_SHLVL": "1"},
        {"PATH": f"{CONDA}/bin:/bin", "CONDA_PREFIX": CONDA, "CONDA_SHLVL": "1"},
    ),
    ({"PATH": "/bin", "PYTHONPATH": f"{CODE}:/home/ann/lib"}, {"PYTHONPATH": "/home/ann/lib"}),
    ({"PATH": "/bin", "PYTHONPATH": str(CODE)}, {"PATH": "/bin"}),
    ({"PATH": "/bin", "TORC_SECRET_KEY": "x", "PGPASSWORD": "x", "CELERY_A": "x"}, {}),
]


@pytest.mark.parametrize(("before", "after"), CASES)
def test_jobs_inherit_the_users_python_and_never_torcs_own(
    before: dict[str, str], after: dict[str, str]
) -> None:
    assert inherited_variables(before, TORC, CODE) == {"PATH": "/bin", **after}


def test_an_active_environment_below_the_one_that_runs_torc_stays() -> None:
    base = Path("/home/ann/conda")
    before = {"PATH": f"{CONDA}/bin:{base}/bin:/bin", "CONDA_PREFIX": CONDA}
    after = {"PATH": f"{CONDA}/bin:/bin", "CONDA_PREFIX": CONDA}
    assert inherited_variables(before, base, CODE) == after


def test_a_torc_that_runs_on_the_systems_python_hides_no_program() -> None:
    assert inherited_variables({"PATH": "/usr/bin"}, None, CODE) == {"PATH": "/usr/bin"}
