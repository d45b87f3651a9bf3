"""Live topics of the shop."""

from __future__ import annotations

SHOP = "shop:1"  # any setting changed: staff who may see settings
