import pytest

from workflows.results.columns import Source, cell_text, data_column, is_number, parameter_columns
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


def test_parameters_keep_the_order_of_the_spec_and_know_whether_they_are_numbers() -> None:
    columns = parameter_columns([{"lr": [0.1, 1], "opt": ["a"]}, {"seed": [1], "lr": ["x"]}])
    assert [(one.key, one.is_number) for one in columns] == [
        ("lr", False),
        ("opt", False),
        ("seed", True),
    ]


@pytest.mark.parametrize("name", ["time", "status", "data.x", "-lr", "exec_seconds", "job_id"])
def test_a_parameter_never_takes_the_address_of_another_column(name: str) -> None:
    (column,) = parameter_columns([{name: [1]}])
    assert (column.key, column.name) == (f"parameter.{name}", name)


def test_a_column_of_user_data_is_addressed_by_its_path() -> None:
    column = data_column("metrics.loss")
    assert (column.key, column.source) == ("data.metrics.loss", Source.DATA)


@pytest.mark.parametrize("value", [0, -1, 0.5, 10**30])
def test_numbers_are_numbers(value: object) -> None:
    assert is_number(value)


@pytest.mark.parametrize("value", [True, False, None, "1", [1], float("nan"), float("inf")])
def test_everything_else_is_none(value: object) -> None:
    assert not is_number(value)


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


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (True, "true"),
        (3, "3"),
        (0.1, "0.1"),
        (1e-05, "1e-05"),
        (1 / 3, "0.333333"),
        ("<b>", "<b>"),
        ([1, "é"], '[1, "é"]'),
        ("x" * 100, "x" * 47 + "…"),
    ],
)
def test_a_cell_shows_a_value_in_short(value: object, text: str) -> None:
    assert cell_text(value) == text
