import tracemalloc

import pytest

from jobs.logs.search import CONTEXT, LONGEST_SHOWN, find

LOG = b"".join(b"step %d\n" % n for n in range(1, 101))


def chunks(size: int, log: bytes = LOG) -> list[bytes]:
    return [log[at : at + size] for at in range(0, len(log), size)]


@pytest.mark.parametrize("size", [1, 7, 64, 10_000])
def test_lines_are_found_however_the_log_is_cut(size: int) -> None:
    found = find(chunks(size), "STEP 50")
    hits = [line for group in found.groups for line in group if line.is_hit]
    assert [(line.number, line.text) for line in hits] == [(50, "step 50")]
    assert (found.n_hits, found.is_cut) == (1, False)


def test_the_lines_around_come_along_and_groups_that_touch_are_one() -> None:
    (group,) = find([LOG], "step 3").groups[:1]
    assert [line.number for line in group] == [1, 2, 3, 4, 5]
    groups = find([b"a\nx\nb\nx\nc\n" + b"-\n" * 9 + b"x\n"], "x").groups
    assert [[line.number for line in one] for one in groups] == [[1, 2, 3, 4, 5, 6], [13, 14, 15]]
    assert CONTEXT == 2


def test_a_search_ends_when_it_has_enough() -> None:
    found = find([LOG], "step", most=7)
    assert (found.n_hits, found.is_cut) == (7, True)


def test_a_last_line_without_an_end_is_found_and_long_lines_are_cut() -> None:
    found = find([b"one\n" + b"x" * 5_000 + b"needle"], "needle")
    assert found.n_hits == 1
    assert len(found.groups[0][-1].text) == LONGEST_SHOWN


def test_nothing_is_found_in_nothing() -> None:
    assert find([], "x").groups == []


def test_a_line_of_any_length_is_searched_in_little_memory_and_time() -> None:
    long_line = [b"x" * (256 * 1024)] * 320
    tracemalloc.start()
    hits = find([b"needle\n", *long_line, b"x needle\nneedle\n", b"needle"], "needle")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    lines = [line.number for group in hits.groups for line in group if line.is_hit]
    assert lines == [1, 3, 4]
    assert hits.has_long_line
    assert peak < 8 << 20
