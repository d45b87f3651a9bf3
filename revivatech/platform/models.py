"""Django looks for models here; each lives beside its capability."""

from .events.models import EventRecord

__all__ = ["EventRecord"]
