"""A file somebody gave us, and the blobs we made of it. What was uploaded itself is never kept (PDFs excepted) nor shown."""

from __future__ import annotations

from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from revivatech.platform import clock
from revivatech.platform.actors import Actor

from .sizes import FULL, SIZES, sizes_of


class StoredFileQuerySet(models.QuerySet["StoredFile"]):
    def about(self, kind: str, pk: int) -> StoredFileQuerySet:
        return self.filter(about_kind=kind, about_id=pk)

    def present(self) -> StoredFileQuerySet:
        """Without those removed, which can be brought back for a few days."""
        return self.filter(deleted_at__isnull=True)


class StoredFile(models.Model):
    """`about_kind` and `about_id` name the thing it belongs to, such as ("repair", 12); its policy decides who sees it.

    `sha256` and `bytes` are those of the upload. `label` says what it shows (before, during, after), `stage` where that
    thing was, and `part` one detail of it when it shows no more (such as `intake:touch`, a line of a checklist). The
    three together are the step within which files are counted.
    """

    class Kind(models.TextChoices):
        IMAGE = "image", _("Picture")
        PDF = "pdf", _("PDF")

    uuid = models.UUIDField(unique=True, default=uuid4, editable=False)
    kind = models.CharField(max_length=8, choices=Kind)
    name = models.CharField(max_length=120)
    content_type = models.CharField(max_length=40)
    sha256 = models.CharField(max_length=64)
    bytes = models.PositiveIntegerField()
    width = models.PositiveIntegerField(null=True, blank=True)
    height = models.PositiveIntegerField(null=True, blank=True)
    about_kind = models.CharField(max_length=40)
    about_id = models.BigIntegerField()
    label = models.CharField(max_length=20, blank=True)
    stage = models.PositiveSmallIntegerField(null=True, blank=True)
    part = models.CharField(max_length=60, blank=True)
    caption = models.CharField(max_length=200, blank=True)
    for_customer = models.BooleanField(default=False)
    uploaded_by_kind = models.CharField(max_length=16)
    uploaded_by_id = models.BigIntegerField(null=True, blank=True)
    uploaded_by_label = models.CharField(max_length=200)
    created_at = models.DateTimeField(default=clock.now)
    taken_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)

    objects = StoredFileQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="pdf", width__isnull=True, height__isnull=True)
                | Q(kind="image", width__isnull=False, width__gt=0, height__isnull=False, height__gt=0),
                name="picture_has_a_size",
            ),
        ]
        indexes = [
            models.Index(fields=["about_kind", "about_id", "id"], name="file_about"),
            models.Index(fields=["deleted_at"], name="file_removed", condition=Q(deleted_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_picture(self) -> bool:
        return self.kind == self.Kind.IMAGE

    def web_sizes(self) -> list[tuple[str, int]]:
        """The sizes there are of a picture, each with its width, for `srcset`."""
        return sizes_of(self.width or 0, self.height or 0) if self.is_picture else []

    def blob_for(self, size: str, accept: str) -> Blob | None:
        """The best encoding a browser takes (`accept` is its header). A small picture has no large size: the largest it has
        stands for it. AVIF goes to browsers that ask for it."""
        order, made = [*SIZES, FULL], list(self.blobs.all())
        fitting = [blob for blob in made if blob.size == size]
        if not fitting:
            web = (blob for blob in made if blob.size != FULL)
            largest = max(web, key=lambda blob: order.index(blob.size), default=None)
            if largest is None or size == FULL:
                return None
            fitting = [blob for blob in made if blob.size == largest.size]
        wanted = "image/avif" if "image/avif" in accept else "image/webp"
        return next((blob for blob in fitting if blob.content_type == wanted), fitting[0])

    def set_uploader(self, by: Actor) -> None:
        self.uploaded_by_kind, self.uploaded_by_id, self.uploaded_by_label = by.kind, by.user_id, by.label


class Blob(models.Model):
    """One stored encoding. `path` is its name in the storage: unguessable, and useless without the policy."""

    file = models.ForeignKey(StoredFile, on_delete=models.CASCADE, related_name="blobs")
    size = models.CharField(max_length=8)  # small, medium, large: web sizes; full: every pixel
    content_type = models.CharField(max_length=40)
    path = models.CharField(max_length=120, unique=True)
    sha256 = models.CharField(max_length=64)
    bytes = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["file", "size", "content_type"], name="blob_once"),
        ]

    def __str__(self) -> str:
        return self.path
