"""Which failures are tried again."""

import pytest

from jobs.scheduling.retry_rules import matches_any, parse_rules, should_retry

ANY = '[{"match_all_exit_codes": true, "max_retries": 3}]'
TEN = '[{"exit_codes": [10], "max_retries": 1}]'
BOTH = '[{"match_all_exit_codes": true, "max_retries": 0}, {"exit_codes": [10], "max_retries": 2}]'


@pytest.mark.parametrize(
    ("rules", "code", "used", "again"),
    [
        ("", 1, 0, False),
        (ANY, 1, 0, True),
        (ANY, 1, 2, True),
        (ANY, 1, 3, False),
        (TEN, 1, 0, False),
        (TEN, 10, 0, True),
        (TEN, 10, 1, False),
        (BOTH, 10, 1, True),
        (BOTH, 11, 0, False),
        ('[{"exit_codes": [10]}]', 10, 2, True),
    ],
)
def test_retries_follow_the_rule_for_the_code(
    rules: str, code: int, used: int, again: bool
) -> None:
    assert should_retry(parse_rules(rules), code, used) is again


def test_a_rule_speaks_of_a_code_even_when_its_retries_are_used_up() -> None:
    assert matches_any(parse_rules(TEN), 10)
    assert not matches_any(parse_rules(TEN), 1)
