"""Doctor looks here for what this package adds to its checks."""

from .files import checks

__all__ = ["checks"]
