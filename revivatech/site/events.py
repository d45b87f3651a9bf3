"""What visitors and owners do on the public side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from revivatech.platform.events.base import Event


@dataclass(frozen=True, kw_only=True)
class ContactReceived(Event):
    """A visitor wrote. Neither words nor address are in the log: they are the message's."""

    name: ClassVar[str] = "contact.received"
    subject_field: ClassVar[str] = "contact_id"

    contact_id: int
    about: str


@dataclass(frozen=True, kw_only=True)
class ContactAnswered(Event):
    name: ClassVar[str] = "contact.answered"
    subject_field: ClassVar[str] = "contact_id"

    contact_id: int
    reply_id: int


@dataclass(frozen=True, kw_only=True)
class ContactStateChanged(Event):
    """Closed without an answer, or opened again."""

    name: ClassVar[str] = "contact.state_changed"
    subject_field: ClassVar[str] = "contact_id"

    contact_id: int
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class TextSaved(Event):
    """A new version of a text; nobody but staff sees it before it is published."""

    name: ClassVar[str] = "text.saved"
    subject_field: ClassVar[str] = "text_id"

    text_id: int
    number: int


@dataclass(frozen=True, kw_only=True)
class TextPictureAdded(Event):
    """A picture that texts may show; it is public from then on for whoever knows its address."""

    name: ClassVar[str] = "text.picture_added"
    subject_field: ClassVar[str] = "text_id"

    text_id: int
    file_id: int


@dataclass(frozen=True, kw_only=True)
class TextPictureChanged(Event):
    """A picture of a text was `described` anew, `replaced` by `other_file_id` or `removed`. `version` is the new version of
    the text with it; none where the last version did not show the picture."""

    name: ClassVar[str] = "text.picture_changed"
    subject_field: ClassVar[str] = "text_id"

    text_id: int
    file_id: int
    act: str
    version: int | None
    other_file_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class TextPublished(Event):
    name: ClassVar[str] = "text.published"
    subject_field: ClassVar[str] = "text_id"

    text_id: int
    number: int


@dataclass(frozen=True, kw_only=True)
class TextWithdrawn(Event):
    """An own page is not there any more; a named one shows the shipped words again."""

    name: ClassVar[str] = "text.withdrawn"
    subject_field: ClassVar[str] = "text_id"

    text_id: int
    number: int


@dataclass(frozen=True, kw_only=True)
class TextPlaced(Event):
    """Where a link to the text stands."""

    name: ClassVar[str] = "text.placed"
    subject_field: ClassVar[str] = "text_id"

    text_id: int
    place: str
    position: int


@dataclass(frozen=True, kw_only=True)
class WordsTranslated(Event):
    """The owner's own words changed in a language; `words` are those, as they stand in the database."""

    name: ClassVar[str] = "words.translated"
    subject_field: ClassVar[str] = "business_id"

    business_id: int
    language: str
    words: list[str]
