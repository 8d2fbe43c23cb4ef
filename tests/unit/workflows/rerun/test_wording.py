import shlex

import pytest

from jobs.statuses import JobStatus
from workflows.rerun.preview import RerunOptions
from workflows.rerun.resource_change import ResourceChange
from workflows.rerun.selection import Selection
from workflows.rerun.wording import command_line, selection_in_words


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
    ],
)
def test_a_selection_is_told_in_words(selection: Selection, words: str) -> None:
    assert selection_in_words(selection) == words


def test_a_command_line_survives_the_shell_whatever_a_cause_says() -> None:
    selection = Selection(cause="it's $HOME; rm -rf {path}", return_code=137)
    options = RerunOptions(with_downstream=False, change=ResourceChange(memory="12g", num_cpus=2))
    words = shlex.split(command_line(42, selection, options))
    assert words[:4] == ["torc", "jobs", "rerun", "42"]
    assert words[words.index("--cause") + 1] == "it's $HOME; rm -rf {path}"
    assert words[words.index("--num-cpus") + 1] == "2"
    assert words[-1] == "--no-downstream"
