"""The sizes a picture is kept in."""

from __future__ import annotations

SIZES = {"small": 320, "medium": 960, "large": 1920}  # the longer side in pixels; never enlarged
FULL = "full"


def sizes_of(width: int, height: int) -> list[tuple[str, int]]:
    """The web sizes a picture has, each with its width: up to the first that shows every pixel."""
    longer, sizes = max(width, height), []
    for size, most in SIZES.items():
        sizes.append((size, max(1, round(width * min(most, longer) / longer))))
        if most >= longer:
            break
    return sizes
