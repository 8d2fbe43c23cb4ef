"""Families: jobs that are drawn as one."""

from __future__ import annotations

from specification.plan import WorkflowPlan
from tests.unit.specification.specs import plan


def labels(found: WorkflowPlan) -> list[tuple[str, int]]:
    """Return label and size of each family."""
    return [(family.label, family.n_jobs) for family in found.families]


def lines(found: WorkflowPlan) -> list[tuple[str, str, str, int]]:
    """Return the edges between families by label."""
    named = found.families
    return [
        (named[edge.source].label, named[edge.target].label, edge.kind, edge.n_edges)
        for edge in found.family_edges
    ]


def test_a_parameterised_entry_is_one_family_with_its_values() -> None:
    found = plan(
        """
  - {name: prepare, command: x, output_files: [f]}
  - name: train_{lr:.2f}_{s}
    command: set ${user_data.output.d_{s}}
    input_files: [f]
    parameters: {lr: "[0.1,0.2]", s: "[a,b]"}
  - {name: end, command: "get ${user_data.input.d_$x}", depends_on_regexes: [train]}
""",
        head="files: [{name: f, path: p}]",
    )
    assert labels(found) == [("prepare", 1), ("train_{lr:.2f}_{s}", 4), ("end", 1)]
    assert found.families[1].parameters == {"lr": (0.1, 0.2), "s": ("a", "b")}
    assert [one.family for one in found.jobs] == [0, 1, 1, 1, 1, 2]
    assert lines(found) == [
        ("prepare", "train_{lr:.2f}_{s}", "file", 4),
        ("train_{lr:.2f}_{s}", "end", "job", 4),
        ("train_{lr:.2f}_{s}", "end", "user_data", 4),
    ]


def test_hand_written_jobs_whose_names_differ_in_digits_are_one_family() -> None:
    jobs = "".join(f"  - {{name: job_{i}, command: x}}\n" for i in range(1000))
    found = plan(jobs + "  - {name: end_1, command: x, depends_on_regexes: [job]}")
    assert labels(found) == [("job_*", 1000), ("end_1", 1)]
    assert lines(found) == [("job_*", "end_1", "job", 1000)]


def test_a_hand_written_family_that_depends_on_itself_is_divided_by_stage() -> None:
    found = plan(
        """
  - {name: s1, command: x}
  - {name: s2, command: x, depends_on: [s1]}
  - {name: s3, command: x, depends_on: [s1]}
  - {name: s4, command: x, depends_on: [s2, s3]}
"""
    )
    assert labels(found) == [("s1", 1), ("s*", 2), ("s4", 1)]
    assert [edge[:2] for edge in lines(found)] == [("s1", "s*"), ("s*", "s4")]


def test_a_long_chain_stays_one_family() -> None:
    jobs = "  - {name: j0, command: x}\n" + "".join(
        f"  - {{name: j{i}, command: x, depends_on: [j{i - 1}]}}\n" for i in range(1, 100)
    )
    found = plan(jobs)
    assert labels(found) == [("j*", 100)]
    assert lines(found) == [("j*", "j*", "job", 99)]


def test_labels_are_distinct_and_not_too_long() -> None:
    name = "n" * 250 + "_{i}"
    found = plan(
        f"  - {{name: '{name}', command: x, parameters: {{i: 1}}}}\n"
        f"  - {{name: '{name}', command: x, parameters: {{i: 2}}}}\n"
    )
    first, second = (family.label for family in found.families)
    assert first != second
    assert max(len(first), len(second)) <= 255


def test_the_families_of_thousands_of_unlike_names_do_not_take_thousands_of_lines() -> None:
    letters = "abcdefghijklmnopqrst"
    unlike = [a + b + c for a in letters for b in letters for c in letters[:2]]
    jobs = "".join(f"  - {{name: x{one}, command: x}}\n" for one in unlike)
    jobs += "".join(
        f"  - {{name: y{one}, command: x, depends_on_regexes: [^x]}}\n" for one in unlike
    )
    found = plan(jobs)
    assert len(found.families) == 1600
    assert len(found.family_edges) == 20_000
