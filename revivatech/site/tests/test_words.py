"""What the owner named and wrote, in the language of who reads it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils.translation import override

from revivatech.accounts.actors import actor_of
from revivatech.accounts.models import User
from revivatech.catalogue.models import Service
from revivatech.platform.events.models import EventRecord
from revivatech.platform.problems import Denied
from revivatech.platform.spoken import spoken
from revivatech.shop.models import Business, Location
from revivatech.site import texts, words
from revivatech.site.models import OwnWord
from revivatech.testing.booking import make_service
from revivatech.testing.catalogue import make_rule


def test_an_owners_word_is_shown_in_the_readers_language(
    shop: Location, olga: User, mona: User, client: Client
) -> None:
    make_rule("screen", 15000)
    Service.objects.filter(key="screen").update(name="Screen glass", summary="Battery")
    make_service("tuning", name="Piano tuning")
    with override("pt"):
        assert {word.text for word in words.written("pt")} == {"Screen glass", "Piano tuning"}, "Battery is known"
        assert spoken("Screen glass") == "Screen glass"
    client.force_login(olga)
    page = client.get("/workbench/words/")
    assert page.status_code == 200
    assert "2 words are not translated" in page.text
    form = {"language": "pt", "text": ["Screen glass", "Piano tuning"], "words": ["Vidro do ecrã ", ""]}
    assert client.post("/workbench/words/", form).status_code == 302
    assert list(OwnWord.objects.values_list("language", "text", "words")) == [("pt", "Screen glass", "Vidro do ecrã")]
    assert EventRecord.objects.get(name="words.translated").payload["words"] == ["Screen glass"]
    visitor = Client()
    assert "Vidro do ecrã" in visitor.get("/pt/services/").text
    assert "Vidro do ecrã" not in visitor.get("/services/").text
    with pytest.raises(Denied):
        words.translate("pt", {"Piano tuning": "Afinação"}, by=actor_of(mona))
    assert client.post("/workbench/words/", {**form, "language": "fr"}).status_code == 422
    assert client.post("/workbench/words/", {**form, "words": ["", ""]}).status_code == 302
    assert not OwnWord.objects.exists()


def test_how_to_find_a_location_is_said_in_the_readers_language(
    shop: Location, olga: User, client: Client, sign_in: Callable[[User], Client]
) -> None:
    owner, long = sign_in(olga), "The blue door behind the bakery. " * 5
    page = f"/workbench/settings/locations/{shop.pk}/location/"
    fields = {name: getattr(shop, name) for name in ("name", "line1", "town", "postcode", "country", "nation", "zone_name")}  # fmt: skip
    assert owner.post(page, {**fields, "directions": f" {long}\r\n Ring twice."}).status_code == 302
    stored = Location.objects.get().directions
    assert stored == f"{long}Ring twice."
    asked = owner.get("/workbench/words/").text
    assert '<textarea class="input" name="words"' in asked
    owner.post("/workbench/words/", {"language": "pt", "text": [stored], "words": ["A porta azul. Toque duas vezes."]})
    address = f"/locations/{shop.slug}/"
    assert "Ring twice." in client.get(address).text
    assert "Toque duas vezes." in client.get(f"/pt{address}").text


def test_a_text_has_a_version_for_each_language(shop: Location, olga: User, client: Client) -> None:
    """Shipped words are there in both; once the English ones are the owner's, the others wait for the owner's too."""
    owner = actor_of(olga)
    assert "Quanto custa?" in client.get("/pt/faq/").text
    texts.save("faq", title="Our answers", summary="", body="## Why?\n\nBecause.", by=owner)
    texts.publish("faq", 1, by=owner)
    assert "Because." in client.get("/pt/faq/").text
    client.force_login(olga)
    assert "Not translated: visitors read English" in client.get("/workbench/texts/").text
    assert "Quanto custa?" in client.get("/workbench/texts/faq--pt/").text, "begins with the shipped words"
    answer = client.post(
        "/workbench/texts/faq--pt/", {"title": "As respostas", "summary": "", "body": "## Porquê?\n\nPorque sim."}
    )
    assert answer["Location"] == "/workbench/texts/faq--pt/1/"
    client.post("/workbench/texts/faq--pt/1/publication/")
    visitor = Client()
    assert "Porque sim." in visitor.get("/pt/faq/").text
    assert "Because." in visitor.get("/faq/").text
    assert "Not translated" not in client.get("/workbench/texts/").text
    for lost in ("/pages/faq--pt/", "/pt/pages/faq--pt/", "/workbench/texts/faq--fr/", "/workbench/texts/none--pt/"):
        assert client.get(lost).status_code == 404, lost
    assert "faq--pt" not in visitor.get("/sitemaps/pages.xml").text


def test_links_and_the_banner_speak_the_readers_language(shop: Location, olga: User, client: Client) -> None:
    owner = actor_of(olga)
    for slug, title in (("students", "For students"), ("students--pt", "Para estudantes")):
        texts.save(slug, title=title, summary="", body="Ten per cent.", by=owner)
        texts.publish(slug, 1, by=owner)
    texts.put("students", place="footer", position=1, by=owner)
    Business.objects.update(banner="Closed on Monday")
    words.translate("pt", {"Closed on Monday": "Fechado na segunda-feira"}, by=owner)
    portuguese, english = client.get("/pt/faq/").text, client.get("/faq/").text
    assert '<a href="/pt/pages/students/">Para estudantes</a>' in portuguese
    assert "Fechado na segunda-feira" in portuguese
    assert '<a href="/pages/students/">For students</a>' in english
    assert "Closed on Monday" in english
