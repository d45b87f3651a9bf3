"""What visitors and owners do on the public side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from revivatech.platform.events.base import Event

from .models import ContactMessage, Text


@dataclass(frozen=True, kw_only=True)
class ContactReceived(Event):
    """A visitor wrote. Neither words nor address are in the log: they are the message's."""

    name: ClassVar[str] = "contact.received"
    says = _("A contact message came in")
    codes = {"about": dict(ContactMessage.About.choices)}
    subject_field: ClassVar[str] = "contact_id"

    contact_id: int
    about: str


@dataclass(frozen=True, kw_only=True)
class ContactAnswered(Event):
    name: ClassVar[str] = "contact.answered"
    says = _("A contact message was answered")
    subject_field: ClassVar[str] = "contact_id"

    contact_id: int
    reply_id: int


@dataclass(frozen=True, kw_only=True)
class ContactStateChanged(Event):
    """Closed without an answer, or opened again."""

    name: ClassVar[str] = "contact.state_changed"
    says = _("A contact message was closed or reopened")
    codes = {"before": dict(ContactMessage.State.choices), "after": dict(ContactMessage.State.choices)}
    subject_field: ClassVar[str] = "contact_id"

    contact_id: int
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class TextSaved(Event):
    """A new version of a text; nobody but staff sees it before it is published."""

    name: ClassVar[str] = "text.saved"
    says = _("A version of a text was saved")
    subject_field: ClassVar[str] = "text_id"

    text_id: int
    number: int


@dataclass(frozen=True, kw_only=True)
class TextPictureAdded(Event):
    """A picture that texts may show; it is public from then on for whoever knows its address."""

    name: ClassVar[str] = "text.picture_added"
    says = _("A picture was added to the texts")
    subject_field: ClassVar[str] = "text_id"

    text_id: int
    file_id: int


@dataclass(frozen=True, kw_only=True)
class TextPictureChanged(Event):
    """A picture of a text was `described` anew, `replaced` by `other_file_id` or `removed`. `version` is the new version of
    the text with it; none where the last version did not show the picture."""

    name: ClassVar[str] = "text.picture_changed"
    says = _("A picture of a text was changed")
    codes = {"act": {"described": _("Described anew"), "replaced": _("Replaced"), "removed": _("Removed")}}
    subject_field: ClassVar[str] = "text_id"

    text_id: int
    file_id: int
    act: str
    version: int | None
    other_file_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class TextPublished(Event):
    name: ClassVar[str] = "text.published"
    says = _("A text was published")
    subject_field: ClassVar[str] = "text_id"

    text_id: int
    number: int


@dataclass(frozen=True, kw_only=True)
class TextWithdrawn(Event):
    """An own page is not there any more; a named one shows the shipped words again."""

    name: ClassVar[str] = "text.withdrawn"
    says = _("A text was withdrawn")
    subject_field: ClassVar[str] = "text_id"

    text_id: int
    number: int


@dataclass(frozen=True, kw_only=True)
class TextPlaced(Event):
    """Where a link to the text stands."""

    name: ClassVar[str] = "text.placed"
    says = _("A text’s place in the menus was changed")
    codes = {"place": dict(Text.Place.choices)}
    subject_field: ClassVar[str] = "text_id"

    text_id: int
    place: str
    position: int


@dataclass(frozen=True, kw_only=True)
class WordsTranslated(Event):
    """The owner's own words changed in a language; `words` are those, as they stand in the database."""

    name: ClassVar[str] = "words.translated"
    says = _("The shop’s own words were translated")
    subject_field: ClassVar[str] = "business_id"

    business_id: int
    language: str
    words: list[str]
