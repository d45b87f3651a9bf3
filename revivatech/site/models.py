"""What visitors write to us, and what the owner writes for visitors."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from revivatech.platform import clock, ids


def new_contact_code() -> str:
    return ids.new_code("CM")


class ContactMessage(models.Model):
    """A message from the contact page. It stays until staff close it; replies go out through the outbox."""

    class About(models.TextChoices):
        QUESTION = "question", _("A question before booking")
        REPAIR = "repair", _("A repair or booking of mine")
        BUSINESS = "business", _("Repairs for a business")
        COMPLAINT = "complaint", _("A complaint")
        OTHER = "other", _("Something else")

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("state", "Open")
        ANSWERED = "answered", _("Answered")
        CLOSED = "closed", _("Closed")

    code = models.CharField(max_length=16, unique=True, default=new_contact_code)
    about = models.CharField(max_length=10, choices=About, default=About.QUESTION)
    name = models.CharField(max_length=120)
    email = models.EmailField()
    phone = models.CharField(max_length=40, blank=True)
    text = models.TextField(max_length=4000)
    locale = models.CharField(
        max_length=10, default="en-gb"
    )  # of the page it was written on; the answer goes out in it
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["state", "-id"], name="contact_by_state")]

    def __str__(self) -> str:
        return self.code


class ContactReply(models.Model):
    """What staff answered."""

    message = models.ForeignKey(ContactMessage, on_delete=models.CASCADE, related_name="replies")
    text = models.TextField(max_length=4000)
    author = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    author_label = models.CharField(max_length=200)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"reply to {self.message}"


class OwnWord(models.Model):
    """What an owner wrote, such as a service's name, in another language. Whatever is stored in those words is shown so."""

    language = models.CharField(max_length=10)
    text = models.CharField(max_length=400)
    words = models.CharField(max_length=600)

    class Meta:
        ordering = ["language", "text"]
        constraints = [models.UniqueConstraint(fields=["language", "text"], name="own_word_once")]

    def __str__(self) -> str:
        return self.words


class Text(models.Model):
    """A page of the owner's own words: one the product names (`starters.NAMED`) or one the owner added.

    `published` is the version people read; without one a named page shows the shipped text and an own page is not there.
    """

    class Place(models.TextChoices):
        NONE = "", _("Nowhere: by its address only")
        HEADER = "header", _("In the menu at the top")
        FOOTER = "footer", _("At the foot of each page")

    slug = models.SlugField(max_length=60, unique=True)
    place = models.CharField(max_length=6, choices=Place, blank=True)
    position = models.PositiveSmallIntegerField(default=100)
    published = models.OneToOneField(
        "TextVersion", on_delete=models.PROTECT, null=True, blank=True, related_name="published_as"
    )
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["position", "slug"]

    def __str__(self) -> str:
        return self.slug


class TextVersion(models.Model):
    """One version of a text. Never changed once saved; `html` is the sanitised rendering of `body` (Markdown)."""

    text = models.ForeignKey(Text, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=80)
    summary = models.CharField(max_length=200, blank=True)
    body = models.TextField(max_length=40_000)
    html = models.TextField()
    made_at = models.DateTimeField(default=clock.now)
    made_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    made_by_label = models.CharField(max_length=200)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["text", "number"], name="text_version_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="text_version_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.text} {self.number}"


class Visits(models.Model):
    """How often a public page was opened, or a step of the booking answered, on one day (UTC). Nothing says by whom."""

    day = models.DateField()
    name = models.CharField(max_length=200)
    count = models.PositiveBigIntegerField()

    class Meta:
        ordering = ["-day", "name"]
        constraints = [models.UniqueConstraint(fields=["day", "name"], name="visits_once_a_day")]

    def __str__(self) -> str:
        return f"{self.day} {self.name}"


from .reviews.models import Review, ReviewOptOut, ReviewRequest, WithdrawnReview  # noqa: E402

__all__ = [
    "ContactMessage",
    "ContactReply",
    "OwnWord",
    "Review",
    "ReviewOptOut",
    "ReviewRequest",
    "Text",
    "TextVersion",
    "Visits",
    "WithdrawnReview",
    "new_contact_code",
]
