"""What `torc run` prints at the end."""

from tests.unit.torc_cli.stub import progress_of
from torc_cli.screen.run_summary import summary


def test_the_summary_names_failed_jobs_and_where_to_look() -> None:
    bad = [
        {"id": 4, "name": "a", "status": "failed", "return_code": 2, "reason": "return code 2"},
        {"id": 5, "name": "b", "status": "canceled", "return_code": None, "reason": "a failed"},
    ]
    end = progress_of({"failed": 1, "canceled": 4}, is_complete=True)
    assert summary(7, end, bad) == [
        "Workflow 7 is complete, with failures: 4 canceled, 1 failed",
        "  failed     a (job 4): return code 2",
        "  canceled   b (job 5): a failed",
        "  and 3 more",
        "See what a job wrote with `torc jobs logs 4` (--stderr).",
    ]
