"""Django looks for models here; each lives beside its capability."""

from .events.models import EventHead, EventRecord
from .files.models import Blob, StoredFile
from .idempotency import IdempotencyKey
from .limits import RateLimit

__all__ = ["Blob", "EventHead", "EventRecord", "IdempotencyKey", "RateLimit", "StoredFile"]
