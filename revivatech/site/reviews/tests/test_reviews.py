"""Customers of finished repairs say what they think; nobody else does, and nothing bad is hidden for being bad."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from revivatech.accounts.actors import actor_of
from revivatech.accounts.models import User
from revivatech.notifications.models import Message
from revivatech.platform import clock
from revivatech.platform.actors import Actor, by_link, system, visitor
from revivatech.platform.events.models import EventRecord
from revivatech.platform.problems import Conflict, Denied
from revivatech.privacy.belongings import belongings
from revivatech.privacy.erasing import erase
from revivatech.repairs.models import Repair
from revivatech.shop.models import Business, Location
from revivatech.site.jobs import ask_for_reviews
from revivatech.site.models import Review, ReviewOptOut
from revivatech.site.reviews import actions, asking
from revivatech.site.reviews.queries import rating
from revivatech.testing.catalogue import make_listed_model
from revivatech.testing.factories import make_customer, make_device, make_repair
from revivatech.testing.jobs import run_jobs

SignIn = Callable[[User], Client]
pytestmark = pytest.mark.django_db
FORM = {"stars": "2", "text": "Slow. <b>Never</b> again", "shown_as": "name"}


def make_finished(shop: Location, days: float = 3.5, **fields: Any) -> Repair:
    customer = fields.pop("customer", None) or make_customer("Maya Lin Okafor")
    ended = clock.now() - timedelta(days=days)
    values = {"status": "completed", "outcome": "not_repairable", "completed_at": ended, **fields}
    return make_repair(location=shop, customer=customer, **values)


def make_reviews(shop: Location, *stars: int, **fields: Any) -> list[Review]:
    return [
        Review.objects.create(repair=make_finished(shop, **fields), stars=one, text=f"Words {one}", language="en-gb")
        for one in stars
    ]


def own(repair: Repair) -> Actor:
    return by_link("repair", repair.pk)


def test_the_customer_is_asked_once_in_their_language(shop: Location, client: Client) -> None:
    repair = make_finished(shop, customer=make_customer("Maya Okafor", locale="pt"))
    for _again in range(2):
        ask_for_reviews(timestamp=0)
        run_jobs()
    mail = Message.objects.get(template="review_asked")
    assert f"/pt/track/{repair.token}/review/" in mail.text
    assert EventRecord.objects.filter(name="repair.review_asked").count() == 1
    assert client.get(f"/track/{repair.token}/review/").status_code == 200


@pytest.mark.parametrize(
    "why", ["off", "too soon", "long ago", "not finished", "no address", "opted out", "opted out before", "reviewed"]
)
def test_who_is_not_asked(shop: Location, why: str) -> None:
    repair = make_finished(shop, days={"too soon": 2, "long ago": 20}.get(why, 4))
    customer = repair.customer
    match why:
        case "off":
            Business.objects.update(asks_for_reviews=False)
        case "not finished":
            Repair.objects.update(status="ready_for_pickup")
        case "no address":
            type(customer).objects.update(email="")
        case "opted out":
            actions.stop_requests(repair.pk, by=own(repair))
        case "opted out before":
            ReviewOptOut.objects.create(customer=make_customer(merged_into=customer))
        case "reviewed":
            actions.write(repair.pk, stars=5, text="", named=True, language="pt", by=own(repair))
    assert list(asking.due()) == []


def test_a_review_from_its_link_to_the_public(shop: Location, client: Client) -> None:
    repair = make_finished(shop)
    page = f"/track/{repair.token}/review/"
    assert f"{page}" in client.get(f"/track/{repair.token}/").text
    assert client.post(page, {**FORM, "stars": "6"}).status_code == 422
    assert client.post(page, FORM).status_code == 302
    review = Review.objects.get()
    assert (review.stars, review.name, review.language) == (2, "Maya O.", "en-gb")
    shown = client.get("/reviews/").text
    assert "Slow. &lt;b&gt;Never&lt;/b&gt; again" in shown
    assert 'lang="en-gb" dir="auto"' in shown
    assert "Slow." in client.get("/").text
    assert client.post(page, {**FORM, "stars": "4", "shown_as": "anonymous"}).status_code == 302
    review.refresh_from_db()
    assert (review.stars, review.name, Review.objects.count()) == (4, "", 1)
    Review.objects.update(written_at=clock.now() - timedelta(days=14, minutes=1))
    assert client.post(page, FORM).status_code == 409
    assert client.post(f"{page}withdrawal/").status_code == 302
    assert "Slow." not in client.get("/reviews/").text
    names = list(EventRecord.objects.filter(subject_kind="review").order_by("pk").values_list("name", flat=True))
    assert names == ["review.written", "review.edited", "review.withdrawn"]


def test_a_repair_is_reviewed_once_also_after_a_withdrawal(shop: Location, client: Client, olga: User) -> None:
    """Or withdrawing would be a way around the days for changing, and around a hiding."""
    repair = make_finished(shop)
    page = f"/track/{repair.token}/review/"
    client.post(page, FORM)
    actions.hide(Review.objects.get().pk, "abuse", by=actor_of(olga))
    client.post(page, {**FORM, "text": "Other words"})
    assert "Other words" not in client.get("/reviews/").text, "changed, it stays hidden"
    client.post(f"{page}withdrawal/")
    assert "can be reviewed once" in client.get(page).text
    assert "Publish my review" not in client.get(page).text
    assert client.post(page, FORM).status_code == 409
    assert not Review.objects.exists()
    assert list(asking.due()) == []
    names = EventRecord.objects.filter(subject_kind="review").order_by("pk").values_list("name", flat=True)
    assert list(names) == ["review.written", "review.hidden", "review.edited", "review.withdrawn"]


def test_the_customer_is_told_of_the_first_answer(shop: Location, olga: User, client: Client) -> None:
    repair = make_finished(shop, customer=make_customer("Maya Okafor", locale="pt"))
    review = Review.objects.create(repair=repair, stars=2, text="Slow", language="pt")
    for text in ("We are sorry.", "We are very sorry.", "", "Sorry again."):
        actions.answer(review.pk, text, by=actor_of(olga))
        run_jobs()
    mail = Message.objects.get(template="review_answered")
    assert "A nossa resposta" in mail.subject
    assert f"/pt/track/{repair.token}/review/" in mail.text
    assert "sorry" not in mail.text, "an answer may be taken back; a message may not"
    assert "Sorry again." in client.get(f"/track/{repair.token}/review/").text


def test_who_wants_no_messages_about_reviews_gets_none(shop: Location, olga: User) -> None:
    repair = make_finished(shop)
    review = Review.objects.create(repair=repair, stars=2, text="Slow", language="pt")
    ReviewOptOut.objects.create(customer=make_customer(merged_into=repair.customer))
    actions.answer(review.pk, "We are sorry.", by=actor_of(olga))
    run_jobs()
    assert not Message.objects.exists()
    assert not EventRecord.objects.filter(name="repair.review_answered").exists()


def test_nobody_else_writes(shop: Location, sign_in: SignIn, olga: User) -> None:
    repair, open_one = make_finished(shop), make_repair(location=shop)
    for by in (visitor(), system(), own(open_one)):
        with pytest.raises(Denied):
            actions.write(repair.pk, stars=5, text="Best", named=True, language="en-gb", by=by)
    with pytest.raises(Conflict):
        actions.write(open_one.pk, stars=5, text="Best", named=True, language="en-gb", by=own(open_one))
    assert sign_in(olga).post(f"/track/{repair.token}/review/", {**FORM, "stars": "5"}).status_code == 403
    assert Client().post("/track/nothing/review/", FORM).status_code == 404
    assert not Review.objects.exists()


def test_staff_hide_for_a_stated_reason_only(shop: Location, sign_in: SignIn, mona: User, fred: User) -> None:
    (review,) = make_reviews(shop, 1)
    desk, hiding = sign_in(mona), f"/workbench/reviews/{review.pk}/hiding/"
    assert sign_in(fred).get("/workbench/reviews/").status_code == 403
    assert sign_in(fred).post(hiding, {"reason": "abuse"}).status_code == 403
    for reason, status in (("bad stars", 422), ("", 409), ("abuse", 302), ("abuse", 409)):
        assert desk.post(hiding, {"reason": reason}).status_code == status, reason
    assert "1 hidden." in desk.get("/workbench/reviews/").text
    page = Client().get("/reviews/").text
    assert "Words 1" not in page
    assert "1 review is hidden at present." in page
    assert EventRecord.objects.get(name="review.hidden").payload["after"] == "abuse"
    assert desk.post(hiding, {"reason": ""}).status_code == 302
    assert desk.post(f"/workbench/reviews/{review.pk}/answer/", {"text": "We are sorry."}).status_code == 302
    page = Client().get("/reviews/").text
    assert "Words 1" in page
    assert "We are sorry." in page


def test_managers_see_their_own_locations(shop: Location, manchester: Location, sign_in: SignIn, mona: User) -> None:
    ours, theirs = *make_reviews(shop, 5), *make_reviews(manchester, 4)
    everywhere = mona.memberships.filter(location=None).exists()
    desk = sign_in(mona)
    assert ("Words 4" in desk.get("/workbench/reviews/").text) == everywhere
    status = desk.post(f"/workbench/reviews/{theirs.pk}/hiding/", {"reason": "abuse"}).status_code
    assert status == (302 if everywhere else 404)
    assert Review.objects.filter(pk=ours.pk, hidden_for="").exists()


def graph(page: str) -> str:
    (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)
    return json.dumps(json.loads(block))


def test_a_mean_needs_five(shop: Location, client: Client) -> None:
    model = make_listed_model("iPhone 13")
    pages = ("/", "/reviews/", "/devices/apple/iphone-13/")
    device = make_device(make_customer(), model=model)
    make_reviews(shop, 5, 5, 4, 1, device=device)
    for page in pages:
        answer = client.get(page).text
        assert "Words 4" in answer, page
        assert "of 5 stars</strong>" not in answer
        assert "aggregateRating" not in graph(answer)
    make_reviews(shop, 4, device=device)
    found = rating(Review.objects.shown())
    assert found is not None
    assert (found.count, found.tenths) == (5, 38)
    for page in pages:
        answer = client.get(page).text
        assert "3.8 of 5 stars" in answer, page
        assert '"ratingValue": "3.8"' in graph(answer)
    assert "3,8 de 5 estrelas" in client.get("/pt/reviews/").text
    assert "aggregateRating" not in client.get("/prices/").text


def test_pages_by_key(shop: Location, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    made = make_reviews(shop, 1, 2, 3)
    monkeypatch.setattr("revivatech.site.reviews.views.PAGE", 2)
    first = client.get("/reviews/").text
    assert [f"Words {one}" in first for one in (1, 2, 3)] == [False, True, True]
    assert f"?before={made[1].pk}" in first
    second = client.get(f"/reviews/?before={made[1].pk}")
    assert [f"Words {one}" in second.text for one in (1, 2, 3)] == [True, False, False]
    assert second["X-Robots-Tag"] == "noindex"


def test_a_review_goes_with_its_person(shop: Location, alice: User) -> None:
    repair = make_finished(shop, customer=alice.customer)
    actions.write(repair.pk, stars=5, text="It was Alice", named=True, language="en-gb", by=own(repair))
    actions.stop_requests(repair.pk, by=own(repair))
    assert belongings(alice)[Review] == {Review.objects.get().pk}
    erase(alice)
    assert (Review.objects.count(), ReviewOptOut.objects.count()) == (0, 0)
    assert list(asking.due()) == []
