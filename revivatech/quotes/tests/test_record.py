"""What stays of a quote: its part of the evidence pack, and the clocks of what was chosen."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import override

from revivatech.accounts.models import User
from revivatech.platform.actors import Actor, system
from revivatech.quotes import actions, offer, record
from revivatech.quotes.builder import Builder
from revivatech.quotes.models import Quote, QuoteAnswer, QuoteLine
from revivatech.quotes.papers import quote_pdf
from revivatech.repairs.documents.evidence import evidence_pack
from revivatech.repairs.models import Repair
from revivatech.repairs.warranty.clocks import work_of
from revivatech.shop.models import Location
from revivatech.testing.catalogue import make_rule
from revivatech.testing.factories import make_repair
from revivatech.testing.paper import text_of
from revivatech.testing.quotes import approve, line, make_sent, send

As = Callable[[User], Actor]


def test_the_pack_tells_what_was_seen_and_chosen(shop: Location, tess: User, actor: As) -> None:
    quote = make_sent(by=actor(tess))
    repair = Repair.objects.get()
    waiting = " ".join(text_of(evidence_pack(repair)).split())
    assert "Quote, version 1" in waiting
    assert "Waiting for the customer" in waiting
    approve(quote, "Original part", "Protective case", pence=23400)
    QuoteAnswer.objects.update(user_agent="Phone browser 9", address_hash="c0ffee" * 10)
    paper = " ".join(text_of(evidence_pack(repair)).split())
    for words in ("Approved", "Private link", "Phone browser 9", "c0ffeec0ffeec0ff", "£234.00", "Protective case"):
        assert words in paper, words


def test_what_was_chosen_gets_its_clock(shop: Location, tess: User, actor: As) -> None:
    quote = make_sent(by=actor(tess))
    repair = Repair.objects.get()
    assert record.work_done(repair) is None  # nothing is agreed yet: the engine's own price decides
    QuoteLine.objects.filter(option__title="Original part").update(warranty_days=365, service_key="screen")
    QuoteLine.objects.filter(kind="labour").update(warranty_days=90)
    approve(quote, "Original part", pence=21900)
    done = work_of(repair)
    assert done == record.work_done(repair)
    wanted = quote.lines.filter(option__title="Original part", optional=False) | quote.lines.filter(
        option=None, optional=False
    )
    assert {(work.label, work.days) for work in done} == {
        (line.label, line.warranty_days) for line in wanted if line.kind in ("part", "labour")
    }
    assert ("Data saved to a stick", 90) not in {(work.label, work.days) for work in done}  # left out by the customer
    assert 365 in {work.days for work in done}


def test_words_of_ours_are_read_in_each_language_and_what_was_approved_stays(shop: Location, tess: User) -> None:
    """The service and the quality are ours; what somebody wrote is theirs. A yes keeps the words it was given to."""
    make_rule("screen", 19900, quality="original", minutes=45)
    make_rule("screen", 14900, quality="standard", minutes=45)
    repair = make_repair(status="diagnosis", services=["screen"])
    with override("pt"):  # of whoever writes it
        quote = actions.start(repair.code, by=system())
        actions.split(quote.pk, line(quote, "Ecrã, peça original"), 5000, by=system())
        case = actions.add_line(quote.pk, "part", by=system())
        quote.refresh_from_db()
        page = Builder(quote, costs=False)
        typed = {row.pk: {"label": form["label"].value()} for row, form in page.lines} | {
            case.pk: {"label": "Cover", "unit_pence": 900}
        }
        titles = {row.pk: {"title": form["title"].value()} for row, form in page.options}
        assert [one["title"] for one in titles.values()] == ["Original", "Padrão"]
        actions.save(
            quote.pk, values={"finding": "Split"}, options=titles, lines=typed, recommended=None,
            revision=quote.revision, by=system(),
        )  # fmt: skip
    read = offer.as_shown(Quote.objects.get())
    shown = [row["label"] for row in [*read["lines"], *read["options"][0]["lines"]]]
    assert shown == ["Cover", "Screen, original part", "Screen, original part: labour"]
    quote = send(Quote.objects.get())
    with override("pt"):
        answer = approve(quote, "Standard", pence=15800)
    assert answer.snapshot["language"] == "pt"
    approved = offer.as_shown(quote, answer)  # read in English now
    assert [row["title"] for row in approved["options"]] == ["Original", "Padrão"]
    assert [row["label"] for row in offer.as_answered(answer)["lines"]] == ["Ecrã, peça padrão", "Cover"]
    assert "Ecrã, peça padrão" in " ".join(text_of(quote_pdf(quote)).split())
