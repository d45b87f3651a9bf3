"""What every page says to the browser: run nothing foreign, show me in no frame, keep nothing private."""

from __future__ import annotations

from typing import Any

from .world import Route

PRIVATE = ("workbench/", "account/", "setup/", "bookings/", "track/<", "first/", "join/", "book/")
EXACTLY = {
    "X-Content-Type-Options": ("nosniff",),
    "Referrer-Policy": ("same-origin", "no-referrer"),
    "Cross-Origin-Opener-Policy": ("same-origin",),
    "X-Frame-Options": ("DENY",),
    "Cross-Origin-Resource-Policy": ("same-origin", "cross-origin"),
}
POLICY = (
    "default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "require-trusted-types-for 'script'; trusted-types default",
)  # fmt: skip


def missing(route: Route, answer: Any) -> list[str]:
    """What this answer should have said and did not; empty when all is well."""
    if route.name == "notifications:body":
        return []  # a message in its sandbox has a policy of its own
    wrong = [name for name, fine in EXACTLY.items() if answer.get(name) not in fine]
    wrong += [] if "geolocation=()" in answer.get("Permissions-Policy", "") else ["Permissions-Policy"]
    if answer.get("Content-Type", "").startswith("text/html"):
        policy = answer.get("Content-Security-Policy", "")
        wrong += [part for part in POLICY if part not in policy]
        wrong += ["unsafe-"] if "unsafe-" in policy else []
    private = route.pattern.startswith(PRIVATE) and not route.pattern.endswith("suggestions/")
    if answer.status_code == 200 and private and "no-store" not in answer.get("Cache-Control", ""):
        wrong.append("Cache-Control: no-store")
    return wrong
