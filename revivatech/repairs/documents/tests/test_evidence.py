"""The evidence pack: all of it, and who took it out."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from revivatech.accounts.models import User
from revivatech.platform.actors import Actor
from revivatech.platform.documents import blocks
from revivatech.platform.events import chain
from revivatech.platform.events.models import EventRecord
from revivatech.repairs import actions, photos
from revivatech.repairs.documents import evidence
from revivatech.repairs.documents.kinds import render
from revivatech.repairs.models import Repair
from revivatech.testing.paper import text_of

from .fixtures import NOON, done, repair

__all__ = ["done", "repair"]


As = Callable[[User], Actor]


def test_the_evidence_pack_has_it_all(done: Repair, tess: User, mona: User, actor: As) -> None:
    out = io.BytesIO()
    Image.new("RGB", (640, 480), "teal").save(out, "JPEG")
    photo = SimpleUploadedFile("back.jpg", out.getvalue(), "image/jpeg")
    photos.add(done.code, photo, label="before", for_customer=False, key="k" * 32, caption="Dent #3", by=actor(tess))
    actions.add_note(done.code, body="Customer rang, *angry*", for_customer=False, by=actor(mona))
    done.price_answers.create(
        approved=True,
        pence=17500,
        said_by="Zoë",
        how="phone",
        words="Yes, go on",
        recorded_by="Fred",
        finding="Flex torn",
    )
    done.damage_marks.create(number=1, side="back", x=10, y=20, note="Chip in the glass", by_label="Fred")
    done.signatures.create(version=3, wording="Terms §9", name="Zoë M.", how="drawn", strokes=[[[0, 0], [500, 200]]])
    done.quality_checks.create(passed=True, score=5, by_label="Mona")
    before = done.checklist_runs.create(kind="intake", started_at=NOON, finished_at=NOON, by_label="Fred")
    before.results.create(key="camera", label="Front camera", state="works")
    pdf = render("evidence", done)
    words = text_of(pdf)
    for part in (
        "Dent #3", "SHA-256", "Customer rang, *angry*", "Yes, go on", "Flex torn", "Chip in the glass", "Terms §9", "Zoë M.",
        "Front camera", "Works", "Handed over to Zoë’s brother", "Repair certificate issued, version 1", "zoe@example.com",
        chain.last_link("repair", done.pk)[1],
    ):  # fmt: skip
        assert part in words, part


def test_taking_the_evidence_pack_out_is_written_down(
    done: Repair, mona: User, sign_in: Callable[[User], Client]
) -> None:
    client = sign_in(mona)
    assert client.get(reverse("repairs:document", args=[done.code, "evidence"])).status_code == 200
    assert client.get(reverse("repairs:document", args=[done.code, "receipt"])).status_code == 200
    row = EventRecord.objects.get(name="user.data_exported")
    assert (row.actor_id, row.payload["what"], row.payload["chosen"]) == (
        mona.pk, "repair.evidence", {"repair": done.code},
    )  # fmt: skip


def test_a_package_adds_its_part_to_the_evidence(done: Repair, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evidence, "_sections", dict(evidence._sections))
    evidence.add(lambda repair: [blocks.prose("Quotes", f"of {repair.code}")], order=55)
    words = text_of(render("evidence", done))
    assert f"of {done.code}" in words
    assert words.index("Quotes") < words.index("What happened")
