"""The pages of staff and the customer's own, through the browser's door."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from revivatech.accounts.models import User
from revivatech.customers.models import Consent, Customer, CustomerNote, Merge
from revivatech.customers.views import workbench
from revivatech.shop.models import Location
from revivatech.testing.booking import make_booking
from revivatech.testing.factories import make_customer, make_device, make_repair, make_user

SignIn = Callable[[User], Client]
LIST = "/workbench/customers/"
FORM = {"name": "Ana Souza", "email": "ana@example.com", "phone": "00351 912 345 678", "preferred_contact": "sms"}


@pytest.mark.parametrize(
    "query",
    [
        "zoë",
        "ZOË O’N",
        "bridge",
        "family@ex",
        "020 7946 0001",
        "02079460001",
        "+44 20 7946 0001",
        "60001",
        "o’neill zoë",
    ],
)
def test_search_finds_by_name_company_mail_and_any_form_of_the_number(query: str, tess: User, sign_in: SignIn) -> None:
    make_customer("Zoë O’Neill", email="family@example.com", phone="+442079460001", company="Bridge Ltd")
    make_customer("Somebody Else", email="else@example.com", phone="+442079461999")
    text = sign_in(tess).get(LIST, {"q": query}).content.decode()
    assert "Zoë O’Neill" in text
    assert "Somebody Else" not in text


@pytest.mark.parametrize("query", ["%", "_", "' OR 1=1 --", "\x00nobody\x00", "🙂", "x" * 5000, "<script>"])
def test_odd_searches_find_nobody_and_break_nothing(query: str, tess: User, sign_in: SignIn) -> None:
    make_customer("Ana")
    page = sign_in(tess).get(LIST, {"q": query})
    assert page.status_code == 200
    assert "Ana</bdi>" not in page.content.decode()
    assert "<script>" not in page.content.decode().replace("<script type", "")


def test_the_list_is_paged_by_key(
    tess: User, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: Callable[[int], object]
) -> None:
    monkeypatch.setattr(workbench, "PAGE", 2)
    names = [make_customer(f"Person no {number}").name for number in range(5)]
    client = sign_in(tess)
    url, seen = LIST, []
    while url:
        text = client.get(url).content.decode()
        seen += [name for name in reversed(names) if f"{name}</bdi>" in text]
        older = (
            text.partition('rel="next"')[0].rpartition('href="')[2].partition('"')[0] if 'rel="next"' in text else ""
        )
        url = LIST + older.replace("&amp;", "&") if older else ""
    assert seen == list(reversed(names))
    for wrong in ("x", "-1", "9" * 50):
        assert client.get(LIST, {"before": wrong}).status_code == 200


@pytest.mark.parametrize("who", ["alice", "eve"])
def test_customers_are_not_shown_to_customers(
    who: str, shop: Location, sign_in: SignIn, request: pytest.FixtureRequest
) -> None:
    other = make_customer("Private Person")
    client = sign_in(request.getfixturevalue(who))
    for path in (LIST, f"{LIST}new/", f"{LIST}{other.pk}/", f"{LIST}{other.pk}/now/", f"{LIST}{other.pk}/details/"):
        page = client.get(path)
        assert page.status_code == 403
        assert "Private Person" not in page.content.decode()


def test_a_technician_reads_and_does_not_write(tess: User, sign_in: SignIn) -> None:
    customer = make_customer("Ana", phone="+351912345678")
    make_device(customer, described="Silver laptop", serial="C02XL")
    client = sign_in(tess)
    text = client.get(f"{LIST}{customer.pk}/").content.decode()
    assert "+351 912 345 678" in text
    assert "C02XL" in text
    assert "/details/" not in text
    assert client.get(f"{LIST}{customer.pk}/details/").status_code == 403
    assert client.post(f"{LIST}{customer.pk}/details/", FORM).status_code == 403
    assert client.post(f"{LIST}{customer.pk}/merge/", {"other": "1"}).status_code == 403
    customer.refresh_from_db()
    assert customer.name == "Ana"


def test_the_live_part_is_the_same_element(tess: User, sign_in: SignIn) -> None:
    customer = make_customer("Ana")
    part = sign_in(tess).get(f"{LIST}{customer.pk}/now/").content.decode()
    assert 'id="customer"' in part
    assert "<html" not in part


def test_the_front_desk_enters_a_customer(fred: User, sign_in: SignIn) -> None:
    client = sign_in(fred)
    made = client.post(f"{LIST}new/", FORM)
    customer = Customer.objects.get()
    assert made.headers["Location"] == f"{LIST}{customer.pk}/"
    assert (customer.name, customer.phone, customer.preferred_contact) == ("Ana Souza", "+351912345678", "sms")


def test_possible_duplicates_are_shown_before_a_second_profile(fred: User, sign_in: SignIn) -> None:
    known = make_customer("Ana S", email="ana@example.com")
    client = sign_in(fred)
    asked = client.post(f"{LIST}new/", FORM)
    assert asked.status_code == 409
    assert f"{LIST}{known.pk}/" in asked.content.decode()
    assert 'value="Ana Souza"' in asked.content.decode()
    assert Customer.objects.count() == 1
    assert client.post(f"{LIST}new/", {**FORM, "despite": "1"}).status_code == 302
    assert Customer.objects.count() == 2


def test_a_stale_form_shows_what_is_stored_and_keeps_what_was_typed(fred: User, sign_in: SignIn) -> None:
    customer = make_customer("Ana", email="ana@example.com")
    client = sign_in(fred)
    opened = client.get(f"{LIST}{customer.pk}/details/").content.decode()
    seen = opened.partition('name="seen" value="')[2].partition('"')[0]
    Customer.objects.update(name="Ana Lima")
    answer = client.post(f"{LIST}{customer.pk}/details/", {**FORM, "seen": seen})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "Stored now: Ana Lima, ana@example.com" in text
    assert 'value="Ana Souza"' in text
    again = text.partition('name="seen" value="')[2].partition('"')[0]
    assert client.post(f"{LIST}{customer.pk}/details/", {**FORM, "seen": again}).status_code == 302
    customer.refresh_from_db()
    assert customer.name == "Ana Souza"


def test_duplicates_are_compared_merged_and_parted(fred: User, sign_in: SignIn) -> None:
    keep = make_customer("Ana", email="ana@example.com", phone="")
    other = make_customer("Ana S", email="ana@example.com")
    make_repair(customer=other)
    client = sign_in(fred)
    preview = f"{LIST}{keep.pk}/merge/?other={other.pk}"
    assert preview in client.get(f"{LIST}{keep.pk}/").content.decode()
    page = client.get(preview).content.decode()
    assert "Ana S" in page
    assert "repairs" in page
    seen = page.partition('name="seen" value="')[2].partition('"')[0]
    assert client.post(f"{LIST}{keep.pk}/merge/", {"other": other.pk, "seen": "old"}).status_code == 409
    client.post(f"{LIST}{keep.pk}/merge/", {"other": other.pk, "seen": seen})
    assert list(Customer.objects.all()) == [keep]
    assert client.post(f"{LIST}{keep.pk}/merge/", {"other": "x"}).status_code == 409
    assert client.get(f"{LIST}{other.pk}/")["Location"] == f"{LIST}{keep.pk}/"
    page = client.get(f"{LIST}{keep.pk}/").content.decode()
    reversal = f"{LIST}{keep.pk}/merges/{Merge.objects.get().pk}/reversal/"
    assert reversal in page
    client.post(reversal)
    assert client.get(f"{LIST}{other.pk}/").status_code == 200
    again = client.post(reversal, follow=True).content.decode()
    assert "It was undone already." in again


def test_two_accounts_are_not_offered_a_merge(alice: User, bob: User, fred: User, sign_in: SignIn) -> None:
    page = sign_in(fred).get(f"{LIST}{alice.customer.pk}/merge/?other={bob.customer.pk}").content.decode()
    assert "Both have their own sign-in" in page
    assert ">Merge</button>" not in page


def test_devices_entered_twice_are_merged_on_the_page(fred: User, sign_in: SignIn) -> None:
    owner = make_customer("Ana")
    keep, other = make_device(owner, described="Laptop"), make_device(owner, described="laptop", serial="C02")
    make_device(owner, described="Phone")
    client, pair = sign_in(fred), {"keep": keep.pk, "other": other.pk}
    here = f"{LIST}{owner.pk}/device-merge/"
    assert f"{here}?keep={keep.pk}&amp;other={other.pk}" in client.get(f"{LIST}{owner.pk}/").content.decode()
    assert "C02" in client.get(here, pair).content.decode()
    assert client.post(here, pair).status_code == 302
    keep.refresh_from_db()
    assert keep.serial == "C02"
    assert client.get(here, pair).status_code == 404
    assert client.get(here, {"keep": keep.pk, "other": keep.pk}).status_code == 404


def test_notes_are_written_shown_and_removed(fred: User, tess: User, sign_in: SignIn) -> None:
    owner = make_customer("Ana")
    client = sign_in(fred)
    assert client.post(f"{LIST}{owner.pk}/notes/", {"body": " "}).status_code == 422
    client.post(f"{LIST}{owner.pk}/notes/", {"body": "Asks for Tess.", "flagged": "on"})
    page = sign_in(tess).get(f"{LIST}{owner.pk}/").content.decode()
    assert "Mind this customer" in page
    assert "Add note" not in page
    note = CustomerNote.objects.get()
    assert sign_in(tess).post(f"{LIST}{owner.pk}/notes/{note.pk}/removal/").status_code == 403
    client.post(f"{LIST}{owner.pk}/notes/{note.pk}/removal/")
    assert "Asks for Tess." not in client.get(f"{LIST}{owner.pk}/").content.decode()


def test_one_page_holds_it_all(fred: User, shop: Location, manchester: Location, sign_in: SignIn) -> None:
    """Devices, repairs and bookings of where the person works, and each consent with its words."""
    owner = make_customer("Ana")
    here, there = make_repair(location=shop, customer=owner), make_repair(location=manchester, customer=owner)
    booking = make_booking(location=shop, customer=owner)
    Consent.objects.create(customer=owner, topic="terms", given=True, wording="Old words", source="counter")
    Consent.objects.create(customer=owner, topic="terms", given=True, wording="New words", source="booking", version=2)
    page = sign_in(fred).get(f"{LIST}{owner.pk}/").content.decode()
    for text in (here.code, booking.code, "Old words", "New words", f"/workbench/devices/{here.device_id}/"):
        assert text in page
    assert there.code not in page


# --- Portal ------------------------------------------------------------------------------------
def test_the_profile_starts_from_the_sign_in_and_is_made_at_the_first_save(db: None, sign_in: SignIn) -> None:
    user = make_user("nora@example.com", "Nora Diaz")
    client = sign_in(user)
    text = client.get("/account/profile/").content.decode()
    assert 'value="Nora Diaz"' in text
    assert "checked" not in text.partition("marketing_email")[2]
    assert Customer.objects.count() == 0
    assert client.post("/account/profile/", FORM).status_code == 302
    assert Customer.objects.get(user=user).name == "Ana Souza"
    assert Consent.objects.count() == 0


def test_consent_is_given_and_taken_back_per_channel_with_its_words(alice: User, sign_in: SignIn) -> None:
    client = sign_in(alice)
    client.post("/account/profile/", {**FORM, "marketing_email": "on"})
    client.post("/account/profile/", {**FORM, "marketing_email": "on"})
    client.post("/account/profile/", FORM)
    assert list(Consent.objects.values_list("channel", "given", "wording", "source", "topic")) == [
        ("email", True, "Offers and news by e-mail", "portal", "marketing"),
        ("email", False, "Offers and news by e-mail", "portal", "marketing"),
    ]


def test_wrong_input_is_kept_and_explained(alice: User, sign_in: SignIn) -> None:
    before = Customer.objects.values().get()
    page = sign_in(alice).post("/account/profile/", {**FORM, "phone": "call me", "email": "", "marketing_sms": "on"})
    assert page.status_code == 422
    assert "Enter a phone number" in page.content.decode()
    assert 'value="call me"' in page.content.decode()
    assert Customer.objects.values().get() == before
    assert Consent.objects.count() == 0


def test_a_visitor_is_sent_to_sign_in(db: None) -> None:
    assert Client().get("/account/profile/").status_code == 302
    assert Client().get(LIST).status_code == 302
