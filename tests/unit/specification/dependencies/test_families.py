"""Families: jobs that are drawn as one."""

from __future__ import annotations

from specification.plan import WorkflowPlan
from tests.unit.specification.specs import plan


def labels(workflow: WorkflowPlan) -> list[tuple[str, int]]:
    """Return label and size of each family."""
    return [(family.label, family.n_jobs) for family in workflow.families]


def lines(workflow: WorkflowPlan) -> list[tuple[str, str, str, int]]:
    """Return the edges between families by label."""
    named = workflow.families
    return [
        (named[edge.source].label, named[edge.target].label, edge.kind, edge.n_edges)
        for edge in workflow.family_edges
    ]


def test_a_parameterized_entry_is_one_family_with_its_values() -> None:
    workflow = plan(
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
    assert labels(workflow) == [("prepare", 1), ("train_{lr:.2f}_{s}", 4), ("end", 1)]
    assert workflow.families[1].parameters == {"lr": (0.1, 0.2), "s": ("a", "b")}
    assert [job.family for job in workflow.jobs] == [0, 1, 1, 1, 1, 2]
    assert lines(workflow) == [
        ("prepare", "train_{lr:.2f}_{s}", "file", 4),
        ("train_{lr:.2f}_{s}", "end", "job", 4),
        ("train_{lr:.2f}_{s}", "end", "user_data", 4),
    ]


def test_hand_written_jobs_whose_names_differ_in_digits_are_one_family() -> None:
    jobs = "".join(f"  - {{name: job_{i}, command: x}}\n" for i in range(1000))
    workflow = plan(jobs + "  - {name: end_1, command: x, depends_on_regexes: [job]}")
    assert labels(workflow) == [("job_*", 1000), ("end_1", 1)]
    assert lines(workflow) == [("job_*", "end_1", "job", 1000)]


def test_a_hand_written_family_that_depends_on_itself_is_divided_by_stage() -> None:
    workflow = plan(
        """
  - {name: s1, command: x}
  - {name: s2, command: x, depends_on: [s1]}
  - {name: s3, command: x, depends_on: [s1]}
  - {name: s4, command: x, depends_on: [s2, s3]}
"""
    )
    assert labels(workflow) == [("s1", 1), ("s*", 2), ("s4", 1)]
    assert [edge[:2] for edge in lines(workflow)] == [("s1", "s*"), ("s*", "s4")]


def test_a_long_chain_stays_one_family() -> None:
    jobs = "  - {name: j0, command: x}\n" + "".join(
        f"  - {{name: j{i}, command: x, depends_on: [j{i - 1}]}}\n" for i in range(1, 100)
    )
    workflow = plan(jobs)
    assert labels(workflow) == [("j*", 100)]
    assert lines(workflow) == [("j*", "j*", "job", 99)]


def test_labels_are_distinct_and_not_too_long() -> None:
    name = "n" * 250 + "_{i}"
    workflow = plan(
        f"  - {{name: '{name}', command: x, parameters: {{i: 1}}}}\n"
        f"  - {{name: '{name}', command: x, parameters: {{i: 2}}}}\n"
    )
    first, second = (family.label for family in workflow.families)
    assert first != second
    assert max(len(first), len(second)) <= 255


def test_the_families_of_thousands_of_unlike_names_do_not_take_thousands_of_lines() -> None:
    letters = "abcdefghijklmnopqrst"
    unlike = [a + b + c for a in letters for b in letters for c in letters[:2]]
    jobs = "".join(f"  - {{name: x{name}, command: x}}\n" for name in unlike)
    jobs += "".join(
        f"  - {{name: y{name}, command: x, depends_on_regexes: [^x]}}\n" for name in unlike
    )
    workflow = plan(jobs)
    assert len(workflow.families) == 1600
    assert len(workflow.family_edges) == 20_000
