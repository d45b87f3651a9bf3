"""Numbers as people type them."""

from __future__ import annotations

import pytest

from revivatech.customers import imei
from revivatech.customers.phone import PhoneError, normalise, readable


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("020 7946 0000", "+442079460000"),
        ("(020) 7946-0000", "+442079460000"),
        ("07700 900123", "+447700900123"),
        ("+44 (0)7700 900123", "+447700900123"),
        ("0044 7700 900123", "+447700900123"),
        ("+351 912 345 678", "+351912345678"),
        ("+55 11 98765-4321", "+5511987654321"),
        ("+1 212 555 0123", "+12125550123"),
        ("+353 1 234 5678", "+35312345678"),
        ("٠٧٧٠٠٩٠٠١٢٣", "+447700900123"),
        ("\u202a+44 7700 900123\u202c", "+447700900123"),
    ],
)
def test_numbers_become_e164(typed: str, stored: str) -> None:
    assert normalise(typed) == stored


def test_home_is_where_the_shop_is() -> None:
    assert normalise("912 345 678", "PT") == "+351912345678"


@pytest.mark.parametrize(
    "wrong", ["", "hello", "12", "7946 0000 0000 0000 0000", "020 7946 0000 ext 5", "+999 123456", "🙂", "9" * 41]
)
def test_what_is_no_number_is_refused(wrong: str) -> None:
    with pytest.raises(PhoneError):
        normalise(wrong)


def test_numbers_are_shown_as_read_at_home() -> None:
    assert readable("+442079460000") == "020 7946 0000"
    assert readable("+351912345678") == "+351 912 345 678"
    assert readable("+351912345678", "PT") == "912 345 678"
    assert readable("") == ""


@pytest.mark.parametrize("good", ["490154203237518", "49-015420-323751-8", " 35 209900 176148 1 "])
def test_an_imei_with_its_check_digit(good: str) -> None:
    assert imei.check(good) is True
    assert len(imei.normalise(good)) == 15


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ("490154203237519", "last digit does not match"),
        ("49015420323751", "this has 14"),
        ("4901542032375180", "this has 16"),
        ("", "this has 0|digits only"),
        ("49015420323751A", "digits only"),
        ("٤٩٠١٥٤٢٠٣٢٣٧٥١٨", "digits only"),
        ("000000000000000", "last digit"),
        ("4" * 100_000, "digits only"),
    ],
)
def test_a_wrong_imei_is_explained(wrong: str, message: str) -> None:
    assert imei.check(wrong) is False
    with pytest.raises(imei.ImeiError, match=message):
        imei.normalise(wrong)
