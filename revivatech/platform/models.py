"""Django looks for models here; each lives beside its capability."""

from .events.models import EventRecord
from .idempotency import IdempotencyKey
from .limits import RateLimit

__all__ = ["EventRecord", "IdempotencyKey", "RateLimit"]
