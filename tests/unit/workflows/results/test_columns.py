import pytest

from workflows.results.columns import Source, cell_text, data_column, is_number, parameter_columns


def test_parameters_keep_the_order_of_the_spec_and_know_whether_they_are_numbers() -> None:
    columns = parameter_columns([{"lr": [0.1, 1], "opt": ["a"]}, {"seed": [1], "lr": ["x"]}])
    assert [(column.key, column.is_number) for column in columns] == [
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
