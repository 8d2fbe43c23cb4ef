"""The remedy follows from the cause and from what the jobs asked and used."""

from dataclasses import replace

import pytest

from jobs.recording.causes import CauseKind
from specification.texts.sizes_and_durations import parse_memory, parse_runtime
from workflows.failures.remedies import (
    FailureFacts,
    RemedyKind,
    choose_remedy,
    memory_text,
    runtime_text,
)

GIB = 1 << 30
FACTS = FailureFacts(
    workflow_id=7,
    cause="KeyError: 'x'",
    kind=CauseKind.ERROR,
    n_jobs=203,
    peak_memory=None,
    memory=8 * GIB,
    runtime=3600,
    is_written_by_jobs=False,
    only_node=None,
)
K, R = CauseKind, RemedyKind
CASES = [
    ({"kind": K.MEMORY}, R.MEMORY, "Raise memory 8g → 12g and rerun 203 jobs", {"memory": "12g"}),
    (
        {"kind": K.MEMORY, "peak_memory": 13 * GIB + 1},
        R.MEMORY,
        "Raise memory 8g → 14g and rerun 203 jobs",
        {"memory": "14g"},
    ),
    (
        {"kind": K.MEMORY, "memory": 1 << 20, "n_jobs": 1},
        R.MEMORY,
        "Raise memory 1m → 2m and rerun 1 job",
        {"memory": "2m"},
    ),
    (
        {"kind": K.SIGNAL, "cause": "ended by signal 9 (SIGKILL)", "peak_memory": 7 * GIB},
        R.MEMORY,
        "Raise memory 8g → 12g and rerun 203 jobs",
        {"memory": "12g"},
    ),
    (
        {"kind": K.SIGNAL, "cause": "ended by signal 9 (SIGKILL)", "peak_memory": GIB},
        R.RERUN,
        "Rerun 203 jobs",
        {},
    ),
    (
        {"kind": K.SIGNAL, "cause": "ended by signal 11 (SIGSEGV)", "peak_memory": 8 * GIB},
        R.RERUN,
        "Rerun 203 jobs",
        {},
    ),
    (
        {"kind": K.RUNTIME, "runtime": 5400},
        R.RUNTIME,
        "Raise runtime PT1H30M → PT3H and rerun 203 jobs",
        {"runtime": "PT3H"},
    ),
    (
        {"kind": K.MISSING_FILE, "is_written_by_jobs": True},
        R.UPSTREAM,
        "Rerun 203 jobs with upstream",
        {"upstream": "true"},
    ),
    ({"kind": K.MISSING_FILE}, R.RERUN, "Rerun 203 jobs", {}),
    ({"n_jobs": 1234}, R.RERUN, "Rerun 1,234 jobs", {}),
]


@pytest.mark.parametrize(("facts", "kind", "sentence", "options"), CASES)
def test_the_remedy(
    facts: dict[str, object], kind: RemedyKind, sentence: str, options: dict[str, str]
) -> None:
    remedy = choose_remedy(replace(FACTS, **facts))  # type: ignore[arg-type]
    assert (remedy.kind, remedy.sentence, remedy.options) == (kind, sentence, options)


def test_advice_is_given_where_a_rerun_alone_will_not_help() -> None:
    assert "room" in choose_remedy(replace(FACTS, kind=K.DISK_FULL)).advice
    assert "available" in choose_remedy(replace(FACTS, kind=K.MISSING_PROGRAM)).advice
    assert "c14-n03" in choose_remedy(replace(FACTS, only_node="c14-n03")).advice
    assert choose_remedy(FACTS).advice == ""


def test_the_same_can_be_typed_or_linked_to() -> None:
    remedy = choose_remedy(replace(FACTS, kind=K.MEMORY))
    assert remedy.command == """torc jobs rerun 7 --cause 'KeyError: '"'"'x'"'"'' --memory 12g"""
    assert remedy.query == "cause=KeyError%3A+%27x%27&memory=12g"
    upstream = choose_remedy(replace(FACTS, kind=K.MISSING_FILE, is_written_by_jobs=True))
    assert upstream.command.endswith(" --upstream")


@pytest.mark.parametrize(
    ("n_bytes", "text"),
    [(1, "1m"), (3 << 20, "3m"), (3 * GIB + 1, "4g"), (2 << 40, "2t"), (1e30, "64t")],
)
def test_memory_is_written_so_that_a_spec_could_hold_it(n_bytes: float, text: str) -> None:
    assert memory_text(n_bytes) == text
    assert parse_memory(text) >= min(n_bytes, 64 << 40)


@pytest.mark.parametrize("seconds", [1, 60, 61, 3600, 86_400, 90_061, 366 * 86_400])
def test_a_runtime_is_written_so_that_a_spec_could_hold_it(seconds: int) -> None:
    assert parse_runtime(runtime_text(seconds)) == seconds
