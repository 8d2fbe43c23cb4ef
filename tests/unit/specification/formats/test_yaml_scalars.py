"""Scalars of YAML 1.2."""

from __future__ import annotations

import pytest

from specification.formats.yaml_scalars import resolve_plain


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1:10", "1:10"),
        ("1:10:2", "1:10:2"),
        ("no", "no"),
        ("off", "off"),
        ("2024-01-01", "2024-01-01"),
        ("1_000", "1_000"),
        ("010", 10),
        ("-7", -7),
        ("0x1F", 31),
        ("0o17", 15),
        ("1e-4", 0.0001),
        (".5", 0.5),
        ("true", True),
        ("null", None),
        ("~", None),
        ("", None),
        ("0b1", "0b1"),
        ("1.2.3", "1.2.3"),
        ("-", "-"),
    ],
)
def test_plain_scalars_follow_yaml_1_2(text: str, value: object) -> None:
    scalar = resolve_plain(text)
    assert scalar == value
    assert isinstance(scalar, type(value))
