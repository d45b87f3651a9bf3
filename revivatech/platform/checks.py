"""Doctor looks here for what this package adds to its checks."""

from . import sealing_checks as sealing
from .events import checks as events
from .files import checks as files

__all__ = ["events", "files", "sealing"]
