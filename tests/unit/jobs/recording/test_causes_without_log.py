"""Causes that the system knows by itself, whatever the log says."""

import pytest

from jobs.recording.causes import CauseKind, cause_of
from tests.unit.jobs.recording import log_ends

K = CauseKind

ENDS = [
    ("memory limit", 137, "memory", "", "used more memory than its limit", K.MEMORY),
    ("runtime limit", 152, "runtime", "", "ran longer than its limit", K.RUNTIME),
    (
        "lost",
        -128,
        "",
        "its node has been silent for 300 s",
        "lost: its node has been silent for {n} s",
        K.LOST,
    ),
    (
        "missing output",
        1,
        "",
        "ended well but did not write model_17 (out/a/model_17.pt); what it left running was ended",
        "did not write an output: model_{n} ({path})",
        K.MISSING_OUTPUT,
    ),
    (
        "not started",
        -1,
        "",
        "[Errno 13] Permission denied: '/scratch/17'",
        "could not be started: [Errno 13] Permission denied: '{path}'",
        K.ERROR,
    ),
]


@pytest.mark.parametrize(
    ("code", "kill", "reason", "label", "kind"),
    [row[1:] for row in ENDS],
    ids=[row[0] for row in ENDS],
)
def test_what_the_system_knows_goes_before_the_log(
    code: int, kill: str, reason: str, label: str, kind: CauseKind
) -> None:
    result = cause_of(code, kill, reason, log_ends.PYTHON_KEY_ERROR, "")
    assert (result.label, result.kind) == (label, kind)
    assert result.error_line == "KeyError: 'layer_17'"
    assert cause_of(code, kill, reason, "", "").error_line == reason
