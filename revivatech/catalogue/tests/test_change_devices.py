"""Staff add, edit, hide, merge and un-merge devices."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from revivatech.accounts.models import User
from revivatech.catalogue import actions
from revivatech.catalogue.models import DeviceModel
from revivatech.catalogue.problems import AlreadyMerged, NotMerged
from revivatech.catalogue.queries import brands, listed_model, models
from revivatech.catalogue.search import search
from revivatech.platform.actors import Actor
from revivatech.platform.events.models import EventRecord
from revivatech.platform.problems import Conflict, Denied, Invalid, NotFound, SignInRequired
from revivatech.testing.catalogue import device_row, make_listed_model

pytestmark = pytest.mark.django_db
Acting = Callable[[User], Actor]
SignIn = Callable[[User], Client]


def names_of(pk: int) -> list[str]:
    return list(EventRecord.objects.filter(subject_kind="device_model", subject_id=pk).values_list("name", flat=True))


def test_add(mona: User, actor: Acting) -> None:
    row = device_row("Phone 9", brand="Nobody", family="Phone", identifiers="NB-9|nb9", aliases="nine")
    model = actions.add_model(row, by=actor(mona))
    assert (model.full_name, model.key, model.source) == ("Nobody Phone 9", None, "Mona")
    assert list(model.identifiers.values_list("value", "compact")) == [("NB-9", "nb9")]
    assert search("nb 9") == [model]
    assert [brand.name for brand in brands("smartphone")] == ["Nobody"]
    assert models("smartphone", model.brand) == [model]
    assert names_of(model.pk) == ["device_model.added"]
    with pytest.raises(Invalid) as refused:
        actions.add_model(row, by=actor(mona))
    assert list(refused.value.errors) == ["name"]
    assert DeviceModel.objects.count() == 1


def test_edit_records_before_and_after(mona: User, actor: Acting) -> None:
    model = make_listed_model("iPhone 13", identifiers="A2633", year="2021")
    actions.edit_model(model.pk, device_row("iPhone 13", identifiers="A2633|A2482", year="2021"), by=actor(mona))
    event = EventRecord.objects.get(name="device_model.changed", subject_id=model.pk)
    assert event.payload["before"] == {"identifiers": "A2633"}
    assert event.payload["after"] == {"identifiers": "A2633|A2482"}
    assert event.actor_id == mona.pk
    model.refresh_from_db()
    assert model.edited_at is not None
    assert search("a2482") == [model]


def test_edit_keeps_the_slug_and_refuses_anothers(mona: User, actor: Acting) -> None:
    model = make_listed_model("iPhone 13")
    make_listed_model("iPhone 13", brand="Aple", family="iPhone")
    actions.edit_model(model.pk, device_row("iPhone 13 (all)"), by=actor(mona))
    model.refresh_from_db()
    assert model.slug == "iphone-13"
    with pytest.raises(Invalid):
        actions.edit_model(model.pk, device_row("iPhone 13", brand="Aple"), by=actor(mona))


def test_hide_and_show(mona: User, actor: Acting) -> None:
    model = make_listed_model("iPhone 13")
    actions.hide_model(model.pk, by=actor(mona))
    actions.hide_model(model.pk, by=actor(mona))
    assert search("iphone 13") == []
    assert listed_model(model.pk) is None
    assert brands("smartphone") == []
    actions.show_model(model.pk, by=actor(mona))
    assert search("iphone 13") == [model]
    assert names_of(model.pk) == ["device_model.hidden", "device_model.shown"]


def test_merge_moves_names_and_can_be_undone(mona: User, actor: Acting) -> None:
    keep = make_listed_model("iPhone 13", identifiers="A2633|A1", aliases="i13")
    gone = make_listed_model("iPhone Thirteen", identifiers="A1|A2482", aliases="i13|xiii")
    actions.merge_model(gone.pk, into=keep.pk, by=actor(mona))
    keep.refresh_from_db()
    assert sorted(keep.identifiers.values_list("value", flat=True)) == ["A1", "A2482", "A2633"]
    assert keep.aliases == ["i13", "iPhone Thirteen", "xiii"]
    assert search("a2482") == search("iphone thirteen")[:1] == [keep]
    assert listed_model(gone.pk) == keep
    with pytest.raises(AlreadyMerged):
        actions.merge_model(gone.pk, into=keep.pk, by=actor(mona))
    with pytest.raises(AlreadyMerged):
        actions.edit_model(gone.pk, device_row("iPhone 14"), by=actor(mona))

    actions.unmerge_model(gone.pk, by=actor(mona))
    keep.refresh_from_db()
    gone.refresh_from_db()
    assert sorted(keep.identifiers.values_list("value", flat=True)) == ["A1", "A2633"]
    assert sorted(gone.identifiers.values_list("value", flat=True)) == ["A1", "A2482"]
    assert (keep.aliases, gone.aliases, gone.merged_into) == (["i13"], ["i13", "xiii"], None)
    assert search("a2482") == [gone]
    assert names_of(gone.pk) == ["device_model.merged", "device_model.unmerged"]
    with pytest.raises(NotMerged):
        actions.unmerge_model(gone.pk, by=actor(mona))


def test_merging_goes_only_into_a_listed_other_device(mona: User, actor: Acting) -> None:
    one, two = make_listed_model("iPhone 13"), make_listed_model("iPhone 14", hidden="yes")
    for into, problem in ((one.pk, Invalid), (two.pk, Conflict), (0, NotFound)):
        with pytest.raises(problem):
            actions.merge_model(one.pk, into=into, by=actor(mona))
    assert names_of(one.pk) == []


def test_a_merge_of_a_merge_leads_to_the_last(mona: User, actor: Acting) -> None:
    one, two, three = (make_listed_model(f"iPhone {number}") for number in (12, 13, 14))
    actions.merge_model(one.pk, into=two.pk, by=actor(mona))
    actions.merge_model(two.pk, into=three.pk, by=actor(mona))
    assert listed_model(one.pk) == three


VERBS: dict[str, Callable[[DeviceModel, DeviceModel, Actor], object]] = {
    "add": lambda _one, _two, by: actions.add_model(device_row("New"), by=by),
    "edit": lambda one, _two, by: actions.edit_model(one.pk, device_row("New"), by=by),
    "hide": lambda one, _two, by: actions.hide_model(one.pk, by=by),
    "show": lambda one, _two, by: actions.show_model(one.pk, by=by),
    "merge": lambda one, two, by: actions.merge_model(one.pk, into=two.pk, by=by),
    "unmerge": lambda one, _two, by: actions.unmerge_model(one.pk, by=by),
    "import": lambda _one, _two, by: actions.receive_import("a.csv", b"category,brand,family,name\na,b,c,d\n", by=by),
}


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("who", ["tess", "fred", "alice", "eve"])
def test_who_may_not(verb: str, who: str, request: pytest.FixtureRequest, shop: Any, actor: Acting) -> None:
    one, two = make_listed_model("iPhone 13"), make_listed_model("iPhone 14")
    before = list(DeviceModel.objects.values().order_by("pk"))
    with pytest.raises(Denied):
        VERBS[verb](one, two, actor(request.getfixturevalue(who)))
    assert list(DeviceModel.objects.values().order_by("pk")) == before
    assert not EventRecord.objects.filter(subject_kind="device_model").exists()


@pytest.mark.parametrize("verb", VERBS)
def test_a_visitor_is_asked_to_sign_in(verb: str, db: None) -> None:
    one, two = make_listed_model("iPhone 13"), make_listed_model("iPhone 14")
    with pytest.raises(SignInRequired):
        VERBS[verb](one, two, Actor("visitor"))


@pytest.mark.parametrize("who", ["mona", "olga"])
def test_who_may(who: str, request: pytest.FixtureRequest, actor: Acting) -> None:
    by = actor(request.getfixturevalue(who))
    one, two = make_listed_model("iPhone 13"), make_listed_model("iPhone 14")
    for verb in ("add", "hide", "show", "merge", "unmerge"):
        VERBS[verb](one, two, by)
    assert names_of(one.pk)[-1] == "device_model.unmerged"


PAGES = ("", "new/", "imports/", "{pk}/", "{pk}/details/", "{pk}/merger/")


@pytest.mark.parametrize("page", PAGES)
def test_pages_are_for_those_who_may(page: str, mona: User, tess: User, sign_in: SignIn, client: Client) -> None:
    path = "/workbench/catalogue/" + page.format(pk=make_listed_model("iPhone 13").pk)
    assert sign_in(mona).get(path).status_code == 200
    assert sign_in(tess).get(path).status_code == 403
    assert client.get(path).status_code == 302


def test_the_forms_work_without_javascript(mona: User, sign_in: SignIn) -> None:
    browser = sign_in(mona)
    form = {
        "category": "laptop",
        "brand": "Ärger & Co",
        "family": "Buch",
        "name": "<b>Buch</b> 1",
        "identifiers": "B-1\r\nB-2",
    }
    added = browser.post("/workbench/catalogue/new/", form, follow=True)
    model = DeviceModel.objects.get()
    assert added.redirect_chain == [(f"/workbench/catalogue/{model.pk}/", 302)]
    assert "&lt;b&gt;Buch&lt;/b&gt; 1" in added.text
    assert list(model.identifiers.values_list("value", flat=True)) == ["B-1", "B-2"]
    refused = browser.post("/workbench/catalogue/new/", {**form, "year": "MMXX"})
    assert refused.status_code == 422
    assert "year is a number of four digits" in refused.text
    assert "MMXX" in refused.text
    again = browser.post("/workbench/catalogue/new/", form)
    assert (again.status_code, "has a device of that name" in again.text) == (422, True)
    assert DeviceModel.objects.count() == 1
    browser.post(f"/workbench/catalogue/{model.pk}/visibility/", {"hidden": "1"})
    model.refresh_from_db()
    assert model.hidden


def test_a_merge_by_hand(mona: User, sign_in: SignIn) -> None:
    browser = sign_in(mona)
    keep, gone = make_listed_model("iPhone 13"), make_listed_model("iPhone Thirteen")
    page = browser.get(f"/workbench/catalogue/{gone.pk}/merger/?q=iphone+13")
    assert f'value="{keep.pk}"' in page.text
    done = browser.post(f"/workbench/catalogue/{gone.pk}/merger/", {"into": keep.pk}, follow=True)
    assert "Merged into Apple iPhone 13" in done.text
    browser.post(f"/workbench/catalogue/{gone.pk}/separation/")
    gone.refresh_from_db()
    assert gone.merged_into is None
    for strange in ("", "x", "9" * 40, "-1"):
        answer = browser.post(f"/workbench/catalogue/{gone.pk}/merger/", {"into": strange})
        assert answer.status_code == 404


def test_the_list_is_cut_by_key_and_costs_the_same_queries(
    mona: User, sign_in: SignIn, django_assert_max_num_queries: Any
) -> None:
    for number in range(120):
        make_listed_model(f"iPhone {number:03}")
    browser = sign_in(mona)
    seen: list[str] = []
    path = "/workbench/catalogue/?category=smartphone"
    for _page in range(3):
        with django_assert_max_num_queries(15):  # nine of them find out who is asking and name the shop
            page = browser.get(path)
        seen += re.findall(r">Apple (iPhone \d+)</a>", page.text)
        following = re.search(r'href="([^"]*after=[^"]*)"', page.text)
        path = "/workbench/catalogue/" + (html.unescape(following[1]) if following else "")
    assert seen == [f"iPhone {number:03}" for number in range(120)]
    assert path == "/workbench/catalogue/"


@pytest.mark.parametrize("query", ["?q=%00", "?q=" + "x" * 5000, "?after=99999999999999999999", "?after=x&category=<b>", "?state=hidden", "?state=merged&brand=apple", "?q=a2633&state=listed"])  # fmt: skip
def test_strange_filters_are_harmless(query: str, mona: User, sign_in: SignIn) -> None:
    make_listed_model("iPhone 13", identifiers="A2633")
    assert sign_in(mona).get("/workbench/catalogue/" + query).status_code == 200


def test_the_staff_search_also_finds_hidden_devices(mona: User, sign_in: SignIn) -> None:
    make_listed_model("iPhone 13", hidden="yes", identifiers="A2633")
    for text in ("iphone 13", "a2633"):
        page = sign_in(mona).get("/workbench/catalogue/", {"q": text})
        assert page.text.count(">Apple iPhone 13</a>") == 1
