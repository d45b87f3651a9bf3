"""Lists as data: the starter set, and what an owner makes of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from revivatech.accounts.models import User
from revivatech.platform.actors import Actor
from revivatech.platform.events.models import EventRecord
from revivatech.platform.problems import Denied
from revivatech.repairs.checklists import editing
from revivatech.repairs.checklists.starter import STARTER, install_starter_checklists, key_of
from revivatech.repairs.models import ChecklistItem
from revivatech.shop.models import Location

from .fixtures import short_list

__all__ = ["short_list"]

As = Callable[[User], Actor]
SignIn = Callable[[User], Client]


def test_the_starter_set_covers_every_kind_and_never_undoes_an_owner(db: None) -> None:
    assert install_starter_checklists() == 0
    for category, groups in STARTER.items():
        keys = [key_of(label) for labels in groups.values() for label in labels]
        assert len(keys) == len(set(keys)) > 10
        assert ChecklistItem.objects.filter(template__category=category).count() == len(keys)
    ChecklistItem.objects.filter(key="touch").update(label="Finger", active=False, position=99)
    ChecklistItem.objects.filter(key="crown").delete()
    assert install_starter_checklists() == 1
    assert set(ChecklistItem.objects.filter(key="touch").values_list("label", "active", "position")) == {
        ("Finger", False, 99)
    }


@pytest.mark.parametrize(("who", "status"), [("olga", 200), ("mona", 200), ("tess", 403), ("fred", 403), ("eve", 403)])
def test_who_may_change_the_lists(
    who: str, status: int, request: pytest.FixtureRequest, shop: Location, sign_in: SignIn, actor: As
) -> None:
    person = request.getfixturevalue(who)
    address = reverse("repairs:checklist", args=["smartphone"])
    assert sign_in(person).get(address).status_code == status
    if status == 403:
        with pytest.raises(Denied):
            editing.add_item("smartphone", label="Torch", group="", by=actor(person))
        assert not ChecklistItem.objects.filter(label="Torch").exists()


def test_the_owner_adds_renames_hides_and_reorders(shop: Location, olga: User, sign_in: SignIn) -> None:
    client, address = sign_in(olga), reverse("repairs:checklist", args=["smartphone"])
    page = client.get(address).content.decode()
    assert "Charging" in page
    assert client.post(address, {"act": "add", "label": "Torch", "group": "Cameras"}).status_code == 302
    torch = ChecklistItem.objects.get(label="Torch")
    assert (torch.key, torch.group, torch.active) == ("torch", "Cameras", True)
    assert client.post(address, {"act": "add", "label": " torch ", "group": ""}).status_code == 422
    again = client.post(address, {"act": "save", "item": torch.pk, "label": "Lamp", "group": "Light"})
    assert again.status_code == 302
    torch.refresh_from_db()
    assert (torch.key, torch.label, torch.group) == ("torch", "Lamp", "Light")  # the key stays: earlier lists know it
    order = [item.pk for item in editing.items("smartphone")]
    client.post(address, {"act": "up", "item": torch.pk})
    after = [item.pk for item in editing.items("smartphone")]
    assert after.index(torch.pk) == order.index(torch.pk) - 1
    client.post(address, {"act": "down", "item": torch.pk})
    assert [item.pk for item in editing.items("smartphone")] == order
    for act, active in (("hide", False), ("show", True)):
        client.post(address, {"act": act, "item": torch.pk})
        assert ChecklistItem.objects.get(pk=torch.pk).active == active
    assert client.post(address, {"act": "hide", "item": 10**9}).status_code == 404
    assert client.get(reverse("repairs:checklist", args=["toaster"])).status_code == 404


def test_events_of_the_lists_name_who_changed_what(shop: Location, olga: User, actor: As) -> None:
    editing.add_item("laptop", label="Lid sensor", group="Inside", by=actor(olga))
    event = EventRecord.objects.get()
    assert (event.name, event.actor_label, event.payload["changes"]) == (
        "checklist.changed", "Olga", {"Lid sensor": ["", "added"]},
    )  # fmt: skip
