"""Managers and owners keep the list of services; whatever names one keeps it."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client

from revivatech.accounts.models import User
from revivatech.accounts.permissions import OWNER
from revivatech.catalogue import actions
from revivatech.catalogue.actions.prices import RuleValues
from revivatech.catalogue.actions.services import ServiceValues
from revivatech.catalogue.models import Service
from revivatech.catalogue.queries import services_for
from revivatech.catalogue.services import install_services as install_again
from revivatech.platform.actors import Actor
from revivatech.platform.events.models import EventRecord
from revivatech.platform.problems import Denied, Invalid, NotFound, SecondFactorRequired
from revivatech.testing.catalogue import install_services, make_listed_model, make_rule
from revivatech.testing.factories import actor_of, make_staff

pytestmark = pytest.mark.django_db
Acting = Callable[[User], Actor]
SignIn = Callable[[User], Client]
FACE_ID = ServiceValues("Face ID", "Face is not recognised", "camera", ("smartphone", "tablet"))


def events_of(service: Service) -> list[str]:
    log = EventRecord.objects.filter(subject_kind="service", subject_id=service.pk).order_by("sequence")
    return list(log.values_list("name", flat=True))


def named(key: str) -> Service:
    install_services()
    return Service.objects.get(key=key)


def test_add_edit_hide_show_with_history(mona: User, actor: Acting) -> None:
    install_services()
    by = actor(mona)
    service = actions.add_service(FACE_ID, by=by)
    assert (service.key, service.kinds) == ("face_id", ["Smartphone", "Tablet"])
    assert [row.key for row in services_for("tablet")][-1] == "face_id"
    assert "face_id" not in [row.key for row in services_for("laptop")]
    actions.edit_service(service.pk, ServiceValues("Face ID sensor", categories=("smartphone",)), by=by)
    actions.edit_service(service.pk, ServiceValues("Face ID sensor", categories=("smartphone",)), by=by)
    actions.hide_service(service.pk, by=by)
    actions.hide_service(service.pk, by=by)
    assert "face_id" not in [row.key for row in services_for("smartphone")]
    actions.show_service(service.pk, by=by)
    assert "face_id" in [row.key for row in services_for("smartphone")]
    assert events_of(service) == ["service.added", "service.changed", "service.hidden", "service.shown"]
    changed = EventRecord.objects.get(name="service.changed").payload
    assert changed["before"]["categories"] == ["smartphone", "tablet"]
    assert changed["after"]["categories"] == ["smartphone"]


def test_a_hidden_service_stays_hidden_and_keeps_its_prices(mona: User, actor: Acting) -> None:
    rule = make_rule("hinge", 9000)
    actions.hide_service(rule.service_id, by=actor(mona))
    assert install_again() == 0
    rule.refresh_from_db()
    assert (rule.active, named("hinge").bookable) == (True, False)


def test_every_kind_is_the_same_as_none(mona: User, actor: Acting) -> None:
    every = ("smartphone", "tablet", "laptop", "desktop", "console", "wearable")
    assert actions.add_service(ServiceValues("Cleaning inside", categories=every), by=actor(mona)).categories == []


def test_moving_changes_the_order_customers_read(mona: User, actor: Acting) -> None:
    install_services()
    before = [row.key for row in services_for("laptop")]
    trackpad = named("trackpad")
    place = list(Service.objects.values_list("key", flat=True)).index("trackpad") + 1
    actions.move_service(trackpad.pk, place=1, by=actor(mona))
    assert [row.key for row in services_for("laptop")] == ["trackpad", *(key for key in before if key != "trackpad")]
    actions.move_service(trackpad.pk, place=place, by=actor(mona))
    assert [row.key for row in services_for("laptop")] == before
    actions.move_service(trackpad.pk, place=999, by=actor(mona))
    actions.move_service(trackpad.pk, place=999, by=actor(mona))
    assert list(Service.objects.values_list("key", flat=True))[-1] == "trackpad"
    assert events_of(trackpad) == ["service.moved"] * 3


def test_two_services_are_never_called_the_same(mona: User, actor: Acting) -> None:
    by, screen = actor(mona), named("screen")
    with pytest.raises(Invalid):
        actions.add_service(ServiceValues(" SCREEN "), by=by)
    actions.hide_service(screen.pk, by=by)
    with pytest.raises(Invalid) as hidden:
        actions.add_service(ServiceValues("Screen"), by=by)
    assert "hidden" in hidden.value.errors["name"][0]
    actions.edit_service(screen.pk, ServiceValues("Display", has_quality=True), by=by)
    assert actions.add_service(ServiceValues("Screen"), by=by).key == "screen_2"
    assert actions.add_service(ServiceValues("修理"), by=by).key == "service"


@pytest.mark.parametrize(
    "values", [ServiceValues(" "), ServiceValues("Robots", categories=("robot",))], ids=["no name", "unknown kind"]
)
def test_what_makes_no_sense_is_refused(values: ServiceValues, mona: User, actor: Acting) -> None:
    with pytest.raises(Invalid):
        actions.add_service(values, by=actor(mona))
    assert not Service.objects.exists()


def test_the_choice_of_parts_stays_while_prices_use_it(mona: User, actor: Acting) -> None:
    by = actor(mona)
    rule = make_rule("screen", 18000, quality="premium")
    plain = ServiceValues("Screen", has_quality=False)
    with pytest.raises(Invalid):
        actions.edit_service(rule.service_id, plain, by=by)
    actions.deactivate_rule(rule.pk, by=by)
    assert not actions.edit_service(rule.service_id, plain, by=by).has_quality


def test_no_price_for_a_kind_the_service_is_not_offered_for(mona: User, actor: Acting) -> None:
    keyboard, phone = named("keyboard"), make_listed_model("iPhone 13")
    for scope in ({"category": "smartphone"}, {"model_id": phone.pk}, {"family_id": phone.family_id}):
        values = RuleValues(service_id=keyboard.pk, price_pence=9000, minutes=60, **scope)
        with pytest.raises(Invalid):
            actions.add_rule(values, by=actor(mona))
    assert actions.add_rule(RuleValues(keyboard.pk, 9000, 60, category="laptop"), by=actor(mona)).pk


VERBS: dict[str, Callable[[Service, Actor], object]] = {
    "add": lambda _service, by: actions.add_service(FACE_ID, by=by),
    "edit": lambda service, by: actions.edit_service(service.pk, FACE_ID, by=by),
    "hide": lambda service, by: actions.hide_service(service.pk, by=by),
    "show": lambda service, by: actions.show_service(service.pk, by=by),
    "move": lambda service, by: actions.move_service(service.pk, place=1, by=by),
}


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("who", ["tess", "fred", "alice", "eve"])
def test_who_may_not(verb: str, who: str, request: pytest.FixtureRequest, shop: object, actor: Acting) -> None:
    service = named("hinge")
    before = list(Service.objects.values())
    with pytest.raises(Denied):
        VERBS[verb](service, actor(request.getfixturevalue(who)))
    assert list(Service.objects.values()) == before
    assert events_of(service) == []


@pytest.mark.parametrize("verb", VERBS)
def test_who_may(verb: str, mona: User, olga: User, actor: Acting, shop: object) -> None:
    for user in (mona, olga):
        try:
            VERBS[verb](named("hinge"), actor(user))
        except Invalid:  # the second one meets the name the first one has given
            assert user == olga
    with pytest.raises(SecondFactorRequired):
        VERBS[verb](named("hinge"), actor_of(make_staff(OWNER, second_factor=False)))


@pytest.mark.parametrize("verb", ["edit", "hide", "show", "move"])
def test_a_service_that_is_not_there(verb: str, mona: User, actor: Acting) -> None:
    with pytest.raises(NotFound):
        VERBS[verb](Service(pk=987654), actor(mona))


def test_the_pages(mona: User, tess: User, sign_in: SignIn, client: Client, shop: object) -> None:
    hinge = named("hinge")
    for path in ("", "new/", f"{hinge.pk}/"):
        assert sign_in(mona).get(f"/workbench/services/{path}").status_code == 200
        assert sign_in(tess).get(f"/workbench/services/{path}").status_code == 403
        assert client.get(f"/workbench/services/{path}").status_code == 302
    assert sign_in(mona).get("/workbench/services/987654/").status_code == 404
    assert "/workbench/services/" in sign_in(mona).get("/workbench/settings/").text


def test_a_service_by_its_form(mona: User, sign_in: SignIn, shop: object) -> None:
    hinge = named("hinge")
    browser = sign_in(mona)
    form = {"name": "Face ID", "summary": "Not recognised", "categories": ["smartphone"], "icon": "camera"}
    added = browser.post("/workbench/services/new/", form)
    service = Service.objects.get(key="face_id")
    assert added["Location"] == f"/workbench/services/{service.pk}/"
    twice = browser.post("/workbench/services/new/", form)
    assert (twice.status_code, "There is a service of this name already" in twice.text) == (422, True)
    empty = browser.post("/workbench/services/new/", {**form, "name": ""})
    assert (empty.status_code, 'value="Not recognised"' in empty.text) == (422, True)
    browser.post(f"/workbench/services/{service.pk}/", {**form, "categories": ["smartphone", "tablet"]})
    page = browser.get(f"/workbench/services/{service.pk}/")
    assert "Kinds of device: Smartphone → Smartphone, Tablet" in page.text
    browser.post(f"/workbench/services/{hinge.pk}/place/", {"place": "1"})
    assert Service.objects.first() == hinge
    listed = re.findall(r'/workbench/services/(\d+)/">', browser.get("/workbench/services/").text)
    assert [int(pk) for pk in listed] == list(Service.objects.values_list("pk", flat=True))
    browser.post(f"/workbench/services/{hinge.pk}/visibility/", {"hidden": "1"})
    assert "Hinge or case (hidden)" in browser.get("/workbench/prices/").text
    browser.post(f"/workbench/services/{hinge.pk}/visibility/", {"hidden": "0"})
    assert "(hidden)" not in browser.get("/workbench/prices/new/?service=hinge").text
