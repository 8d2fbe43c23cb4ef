import pytest

from accounts import job_tokens

KEY = job_tokens.derived_key("one secret")


def test_a_minted_token_names_its_attempt() -> None:
    assert job_tokens.verify(job_tokens.mint(17, KEY), KEY) == 17


def test_the_same_attempt_always_has_the_same_token() -> None:
    assert job_tokens.mint(17, KEY) == job_tokens.mint(17, KEY)


def test_a_token_of_another_installation_is_refused() -> None:
    other = job_tokens.derived_key("another secret")
    assert job_tokens.verify(job_tokens.mint(17, other), KEY) is None


def test_the_signature_of_one_attempt_does_not_open_another() -> None:
    signature = job_tokens.mint(1, KEY).removeprefix("torc_job_1_")
    assert job_tokens.verify(f"torc_job_10_{signature}", KEY) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "torc_job_",
        "torc_job_1_",
        "torc_job_01_" + "A" * 43,
        "torc_job_-1_" + "A" * 43,
        "torc_job_1_" + "A" * 43,
        "torc_job_" + "9" * 5000 + "_" + "A" * 43,
        "torc_job_\N{ARABIC-INDIC DIGIT ONE}_" + "A" * 43,
        "é",
    ],
)
def test_what_was_not_minted_is_refused(text: str) -> None:
    assert job_tokens.verify(text, KEY) is None


def test_trailing_text_is_not_ignored() -> None:
    assert job_tokens.verify(job_tokens.mint(17, KEY) + "\n", KEY) is None
