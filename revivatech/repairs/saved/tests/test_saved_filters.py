"""Filters kept by name: own and shared, what opens, and what no longer fits."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from revivatech.accounts.models import User
from revivatech.platform.actors import Actor
from revivatech.platform.events.models import EventRecord
from revivatech.platform.problems import Denied, Invalid, NotFound, Problem
from revivatech.repairs.models import OpeningFilter, SavedFilter
from revivatech.repairs.saved import actions
from revivatech.repairs.search import Filters
from revivatech.shop.models import Location

As = Callable[[User], Actor]
SignIn = Callable[[User], Client]
QUEUE = "/workbench/"


def test_own_and_shared(shop: Location, manchester: Location, tess: User, fred: User, mona: User, actor: As) -> None:
    own = actions.save(" My  late ones ", Filters(whose="mine", late=True), location_id=None, by=actor(tess))
    assert (own.name, own.query) == ("My late ones", {"whose": "mine", "late": "1"})
    shared = actions.save("Free", Filters(whose="nobody"), location_id=shop.pk, by=actor(mona))
    assert set(actions.visible_to(actor(tess))) == {own, shared}
    assert set(actions.visible_to(actor(fred))) == {shared}
    again = actions.save("Free", Filters(whose="nobody", late=True), location_id=shop.pk, by=actor(mona))
    assert (again.pk, SavedFilter.objects.count()) == (shared.pk, 2)
    with pytest.raises(Denied):
        actions.save("Far", Filters(late=True), location_id=manchester.pk, by=actor(mona))


@pytest.mark.parametrize("who", ["tess", "fred", "alice", "eve"])
def test_who_may_not(who: str, shop: Location, mona: User, actor: As, request: pytest.FixtureRequest) -> None:
    shared = actions.save("Free", Filters(whose="nobody"), location_id=shop.pk, by=actor(mona))
    own = actions.save("Mine", Filters(whose="mine"), location_id=None, by=actor(mona))
    by, before = actor(request.getfixturevalue(who)), list(SavedFilter.objects.values())
    for act in (
        lambda: actions.save("New", Filters(late=True), location_id=shop.pk, by=by),
        lambda: actions.rename(shared.pk, "Other", by=by),
        lambda: actions.remove(shared.pk, by=by),
        lambda: actions.rename(own.pk, "Other", by=by),
        lambda: actions.remove(own.pk, by=by),
        lambda: actions.open_with(own.pk, "queue", by=by),
    ):
        with pytest.raises(Problem):
            act()
    assert (list(SavedFilter.objects.values()), OpeningFilter.objects.count()) == (before, 0)


@pytest.mark.parametrize("name", ["", "  ", "x" * 41])
def test_a_name_is_needed(name: str, tess: User, actor: As) -> None:
    with pytest.raises(Invalid):
        actions.save(name, Filters(late=True), location_id=None, by=actor(tess))
    kept = actions.save("Good", Filters(late=True), location_id=None, by=actor(tess))
    with pytest.raises(Invalid):
        actions.rename(kept.pk, name, by=actor(tess))
    actions.save("Other", Filters(late=True), location_id=None, by=actor(tess))
    with pytest.raises(Invalid):
        actions.rename(kept.pk, "Other", by=actor(tess))
    with pytest.raises(Invalid):
        actions.save("Nothing", Filters(), location_id=None, by=actor(tess))
    assert EventRecord.objects.filter(name="filter.saved").count() == 2


@pytest.mark.parametrize(("page", "path"), [("queue", QUEUE), ("board", "/workbench/board/")])
def test_a_page_opens_with_it_until_it_is_removed(page: str, path: str, tess: User, sign_in: SignIn) -> None:
    client = sign_in(tess)
    sent = {"name": "Late", "page": page, "opens": "on", "f_late": "1", "f_whose": "mine"}
    assert client.post(reverse("repairs:filters"), sent)["Location"] == f"{path}?whose=mine&late=1"
    assert client.get(path)["Location"] == f"{path}?whose=mine&late=1"
    assert client.get(f"{path}?all=1").status_code == 200
    body = client.get(f"{path}?whose=mine&late=1").content.decode()
    assert f'href="{path if page == "queue" else ""}?whose=mine"' in body  # the late ones can be let in again
    kept = SavedFilter.objects.get()
    client.post(reverse("repairs:filter_opening", args=[page]), {"filter": ""})
    assert client.get(path).status_code == 200
    client.post(reverse("repairs:filter_opening", args=[page]), {"filter": kept.pk})
    client.post(reverse("repairs:filter_name", args=[kept.pk]), {"name": "Later"})
    assert "Later" in client.get(reverse("repairs:filters")).content.decode()
    client.post(reverse("repairs:filter_removal", args=[kept.pk]))
    assert client.get(path).status_code == 200
    assert "No saved filters yet" in client.get(reverse("repairs:filters")).content.decode()


def test_what_no_longer_fits_is_left_out_and_said(
    shop: Location, manchester: Location, olga: User, sign_in: SignIn
) -> None:
    client = sign_in(olga)
    client.post(reverse("repairs:filters"), {"name": "North", "opens": "on", "f_location": str(manchester.pk)})
    assert "Left out" not in client.get(QUEUE, follow=True).content.decode()
    Location.objects.filter(pk=manchester.pk).update(active=False)
    body = client.get(QUEUE, follow=True).content.decode()
    assert "Left out, because it no longer fits: the location" in body
    assert "the status" in client.get(f"{QUEUE}?status=polishing").content.decode()
    board = client.get(f"/workbench/board/?location={manchester.pk}").content.decode()
    assert "Left out, because it no longer fits: the location" in board


def test_a_filter_of_a_shop_one_left_is_no_more(
    shop: Location, mona: User, tess: User, actor: As, sign_in: SignIn
) -> None:
    shared = actions.save("Free", Filters(whose="nobody"), location_id=shop.pk, by=actor(mona))
    actions.open_with(shared.pk, "queue", by=actor(tess))
    assert sign_in(tess).get(QUEUE).status_code == 302
    tess.memberships.update(location=Location.objects.exclude(pk=shop.pk).first() or _elsewhere())
    assert sign_in(tess).get(QUEUE).status_code == 200
    with pytest.raises(NotFound):
        actions.open_with(shared.pk, "queue", by=actor(tess))


def _elsewhere() -> Location:
    from revivatech.testing.factories import make_location

    return make_location("Leeds")
