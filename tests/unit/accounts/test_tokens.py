import pytest

from accounts import token_text


def test_a_new_token_has_the_shape_that_scanners_look_for() -> None:
    kind, pat, prefix, secret, checksum = token_text.new_token_text().split("_")
    assert (kind, pat, len(prefix), len(secret), len(checksum)) == ("torc", "pat", 8, 43, 6)


def test_no_two_tokens_are_alike() -> None:
    assert len({token_text.new_token_text() for _ in range(200)}) == 200


def test_the_prefix_is_found_again_in_a_whole_token() -> None:
    text = token_text.new_token_text()
    assert token_text.prefix_of(text) == text.split("_")[2]


@pytest.mark.parametrize(
    "text",
    ["", "nothing", "torc_pat_00000000_x", "torc_pat_", "torc_job_1_x", "é", " ", "\x00", "\udc80"],
)
def test_what_is_no_token_has_no_prefix(text: str) -> None:
    assert token_text.prefix_of(text) is None


@pytest.mark.parametrize("place", [9, 20, 60, -1])
def test_one_changed_character_breaks_the_checksum(place: int) -> None:
    text = token_text.new_token_text()
    changed = list(text)
    changed[place] = "a" if text[place] != "a" else "b"
    assert token_text.prefix_of("".join(changed)) is None


def test_a_token_with_something_before_or_after_it_is_no_token() -> None:
    text = token_text.new_token_text()
    assert token_text.prefix_of(f"{text}\n") is None
    assert token_text.prefix_of(f" {text}") is None


def test_only_the_same_text_matches_a_digest() -> None:
    text = token_text.new_token_text()
    digest = token_text.digest_of(text)
    assert token_text.matches(text, digest)
    assert not token_text.matches(token_text.new_token_text(), digest)
    assert text not in digest
