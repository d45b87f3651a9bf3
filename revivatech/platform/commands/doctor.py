"""`revivatech doctor`: one line for everything that can be configured, then what is wrong."""

from __future__ import annotations

from pathlib import Path

import django


def doctor(data: Path, *, full: bool = False) -> int:
    """Print the table; 1 when something is wrong."""
    django.setup()
    from django.utils.module_loading import autodiscover_modules

    from .checks import CHECKS, OPTIONS, Finding
    from .processes import close_pools

    autodiscover_modules("checks")
    OPTIONS.full = full
    problems: list[str] = []
    try:
        for name, function in CHECKS.items():
            try:
                found = function()
            except Exception as problem:
                found = Finding("off", "cannot be checked", [" ".join(str(problem).split()) or type(problem).__name__])
            print(f"{'!' if found.problems else ' '} {name:<14}{found.state:<9}{found.text}")
            problems += [f"{name}: {sentence}" for sentence in found.problems]
    finally:
        close_pools()
    print(f"\nData folder: {data}")
    for sentence in problems:
        print(f"! {sentence}")
    print("Nothing is wrong." if not problems else f"{len(problems)} to put right.")
    return 1 if problems else 0
