"""VAT numbers, postcodes and bank holidays as people and GOV.UK write them."""

from __future__ import annotations

from datetime import date

import pytest

from revivatech.shop import holidays, vat
from revivatech.shop.addresses import PostcodeError, normalise_postcode


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("GB 123 4567 82", "GB123456782"),
        ("123456782", "GB123456782"),
        ("gb980780684", "GB980780684"),
        ("GB 434031494", "GB434031494"),
        ("434031494001", "GB434031494001"),
        ("XI 434031494", "XI434031494"),
        ("GBGD001", "GBGD001"),
        ("GBHA599", "GBHA599"),
        ("DE 129 273 398", "DE129273398"),
        ("PT-501.964.843", "PT501964843"),
        ("IE6388047V", "IE6388047V"),
    ],
)
def test_vat_numbers_are_taken_in_any_spelling(typed: str, stored: str) -> None:
    assert vat.normalise(typed) == stored


@pytest.mark.parametrize(
    "wrong", ["GB123456789", "12345678", "GB12345", "x", "GBABCDEFGHI", "9" * 30, "DE", "🙂🙂🙂🙂", "' OR 1=1"]
)
def test_wrong_vat_numbers_are_refused(wrong: str) -> None:
    with pytest.raises(vat.VatNumberError):
        vat.normalise(wrong)


def test_a_number_without_letters_belongs_to_the_country_named() -> None:
    assert vat.normalise("501964843", "PT") == "PT501964843"


@pytest.mark.parametrize(
    ("typed", "country", "stored"),
    [
        ("se1 2sz", "GB", "SE1 2SZ"),
        ("SE12SZ", "GB", "SE1 2SZ"),
        ("  m3   1az ", "GB", "M3 1AZ"),
        ("EC1A 1BB", "GB", "EC1A 1BB"),
        ("GIR 0AA", "GB", "GIR 0AA"),
        ("1000-205", "PT", "1000-205"),
        ("d02 x285", "IE", "D02 X285"),
        ("01310-100", "BR", "01310-100"),
    ],
)
def test_postcodes_are_tidied(typed: str, country: str, stored: str) -> None:
    assert normalise_postcode(typed, country) == stored


@pytest.mark.parametrize(
    ("wrong", "country"), [("1000", "GB"), ("", "GB"), ("SE1 2S", "GB"), ("<b>", "PT"), ("1" * 13, "PT"), ("", "PT")]
)
def test_wrong_postcodes_are_refused(wrong: str, country: str) -> None:
    with pytest.raises(PostcodeError):
        normalise_postcode(wrong, country)


def test_each_nation_keeps_its_own_bank_holidays() -> None:
    christmas = date(2026, 12, 25)
    st_andrew = date(2026, 11, 30)
    assert christmas in {row.day for row in holidays.all_of("england-and-wales")}
    assert st_andrew in {row.day for row in holidays.all_of("scotland")}
    assert st_andrew not in {row.day for row in holidays.all_of("england-and-wales")}
    assert holidays.all_of("elsewhere") == ()
    assert holidays.known_until("elsewhere") is None
    assert holidays.upcoming("england-and-wales", christmas)[0].day == christmas
