import shlex
from typing import Any

import pytest

from jobs.statuses import RERUNNABLE, JobStatus
from workflows.rerun.options import RerunOptions
from workflows.rerun.resource_change import ResourceChange
from workflows.rerun.selection import Selection
from workflows.rerun.wording import command_line, receipt_in_words, selection_in_words


@pytest.mark.parametrize(
    ("selection", "words"),
    [
        (Selection(), "that failed, were terminated, or were canceled by a person"),
        (Selection(job_ids=(7,)), "with id 7"),
        (Selection(cause="E: {n}"), "that failed, whose last attempt ended by “E: {n}”"),
        (Selection(job_ids=tuple(range(9))), "with id 0, 1, 2, 3, 4 and 4 more"),
        (
            Selection(statuses=(JobStatus.FAILED, JobStatus.TERMINATED), family="fit_{i}"),
            "that are failed or terminated, of the family fit_{i}",
        ),
        (Selection(statuses=(JobStatus.PENDING_FAILED,)), "that are pending failed"),
        (Selection(statuses=tuple(RERUNNABLE)), "that have run"),
    ],
)
def test_a_selection_has_words(selection: Selection, words: str) -> None:
    assert selection_in_words(selection) == words


def test_a_command_line_survives_the_shell_whatever_a_cause_says() -> None:
    selection = Selection(cause="it's $HOME; rm -rf {path}", return_code=137)
    options = RerunOptions(with_downstream=False, change=ResourceChange(memory="12g", num_cpus=2))
    words = shlex.split(command_line(42, selection, options))
    assert words[:4] == ["torc", "jobs", "rerun", "42"]
    assert words[words.index("--cause") + 1] == "it's $HOME; rm -rf {path}"
    assert words[words.index("--num-cpus") + 1] == "2"
    assert words[-1] == "--no-downstream"


NOTHING_ELSE = dict.fromkeys(
    ("n_upstream", "n_downstream", "n_running", "n_files", "n_user_data"), 0
)


@pytest.mark.parametrize(
    ("summary", "words"),
    [
        ({"n_selected": 1, "is_active": True}, "1 job reset. Started."),
        (
            {"n_selected": 2, "n_upstream": 1, "n_downstream": 1250, "is_active": False},
            "2 jobs reset, 1 job before them too, 1,250 jobs after them too. Not started.",
        ),
        (
            {"n_selected": 2, "n_running": 1, "n_files": 1, "n_user_data": 2, "is_active": True},
            "2 jobs reset, 1 running job canceled first, 1 file will be overwritten, "
            "2 user data values will be overwritten. Started.",
        ),
        (
            {"n_selected": 1, "change": {"memory": "4g", "num_cpus": 2}, "is_active": True},
            "1 job reset, now with memory 4g, num_cpus 2. Started.",
        ),
    ],
)
def test_a_receipt_says_all_that_was_done(summary: dict[str, Any], words: str) -> None:
    whole = NOTHING_ELSE | {"change": {}} | summary
    assert receipt_in_words(whole) == f"{words} A rerun cannot be undone."
