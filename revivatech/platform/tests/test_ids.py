"""Public codes survive being read aloud; tokens cannot be guessed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from revivatech.platform.ids import ALPHABET, CHECK, check_character, new_code, new_token, read_code

bodies = st.text(ALPHABET, min_size=6, max_size=6)


def coded(body: str) -> str:
    return f"RT-{body}{check_character(body)}"


def test_new_codes_read_back_as_themselves_and_differ() -> None:
    codes = {new_code("RT") for _ in range(500)}
    assert len(codes) == 500
    assert all(read_code("RT", code) == code for code in codes)
    assert all(len(code) == 10 for code in codes)


@given(bodies.filter(lambda body: check_character(body) in ALPHABET))
def test_case_spaces_dashes_and_a_missing_prefix_are_forgiven(body: str) -> None:
    code = coded(body)
    bare = code.removeprefix("RT-")
    for said in (code.lower(), f" {code} ", bare, f"{bare[:3]} {bare[3:]}", f"rt{bare}", f"{bare[:3]}-{bare[3:]}"):
        assert read_code("RT", said) == code


@given(bodies.filter(lambda body: check_character(body) in ALPHABET))
def test_letters_that_look_alike_are_forgiven(body: str) -> None:
    code = coded(body)
    heard = code.removeprefix("RT-").replace("0", "o").replace("1", "l")
    assert read_code("RT", heard) == code


@given(bodies.filter(lambda body: check_character(body) in ALPHABET), st.integers(0, 6), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_noticed(body: str, place: int, wrong: str) -> None:
    bare = coded(body).removeprefix("RT-")
    if bare[place] != wrong:
        assert read_code("RT", bare[:place] + wrong + bare[place + 1 :]) is None


@given(bodies.filter(lambda body: check_character(body) in ALPHABET), st.integers(0, 4))
def test_two_swapped_neighbours_are_noticed(body: str, place: int) -> None:
    bare = coded(body).removeprefix("RT-")
    swapped = bare[:place] + bare[place + 1] + bare[place] + bare[place + 2 :]
    assert read_code("RT", swapped) in {None, coded(body) if swapped == bare else None}


@given(st.text(max_size=40))
def test_whatever_is_typed_gives_a_valid_code_or_none(text: str) -> None:
    code = read_code("RT", text)
    if code is not None:
        assert code == coded(code[3:-1])
        assert read_code("RT", code) == code


@pytest.mark.parametrize("text", ["", "RT-", "RT-12345", "RT-12345678901", "RT-🙂🙂🙂🙂🙂🙂🙂", "XX-0000000"])
def test_other_things_are_not_codes(text: str) -> None:
    assert read_code("RT", text) is None


def test_the_alphabet_has_no_letters_that_look_like_others() -> None:
    assert (len(set(ALPHABET)), len(set(CHECK))) == (32, 37)
    assert not set("ILOU") & set(ALPHABET)


def test_tokens_hold_192_bits() -> None:
    tokens = {new_token() for _ in range(1000)}
    assert len(tokens) == 1000
    assert {len(token) for token in tokens} == {32}
