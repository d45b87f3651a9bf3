"""What stays of a quote: its part of the evidence pack, and the clocks of what was chosen."""

from __future__ import annotations

from collections.abc import Callable

from revivatech.accounts.models import User
from revivatech.platform.actors import Actor
from revivatech.quotes import record
from revivatech.quotes.models import QuoteAnswer, QuoteLine
from revivatech.repairs.documents.evidence import evidence_pack
from revivatech.repairs.models import Repair
from revivatech.repairs.warranty.clocks import work_of
from revivatech.shop.models import Location
from revivatech.testing.paper import text_of
from revivatech.testing.quotes import approve, make_sent

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
