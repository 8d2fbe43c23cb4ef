"""Paths into JSON values."""

import pytest

from workflows.results.json_paths import keys_of, path_of, scalar_paths


@pytest.mark.parametrize(
    ("path", "keys"),
    [
        ("$", ()),
        ("loss", ("loss",)),
        ("metrics.loss", ("metrics", "loss")),
        ('"a.b".c', ("a.b", "c")),
        ('"say \\"hi\\""', ('say "hi"',)),
        ("ключ.值", ("ключ", "值")),
        ("with space", ("with space",)),
        ("0", ("0",)),
        ('"$"', ("$",)),
    ],
)
def test_a_path_and_its_keys_are_two_ways_to_write_one_thing(
    path: str, keys: tuple[str, ...]
) -> None:
    assert keys_of(path) == keys
    assert keys_of(path_of(keys)) == keys


@pytest.mark.parametrize(
    "path", ["", ".", "a.", ".a", "a..b", 'a"b', '"a', '"a"b', '""', "a\nb", "a\\b", "x" * 201]
)
def test_what_is_no_path_is_refused(path: str) -> None:
    assert keys_of(path) is None


def test_a_sample_offers_its_scalars_the_common_ones_first() -> None:
    samples = [
        {"metrics": {"loss": 0.5}, "curve": [1, 2], "nothing": None},
        {"metrics": {"loss": 0.25}, "note": "ok", "a.b": 1},
        7,
    ]
    assert scalar_paths(samples) == ["metrics.loss", "note", '"a.b"', "$"]


def test_a_deep_or_wide_sample_offers_little() -> None:
    assert scalar_paths([{"a": {"b": {"c": {"d": {"e": 1}}}}}]) == []
    assert len(scalar_paths([{f"k{n}": n for n in range(5_000)}])) == 60
