"""A browser's own description, as words people use."""

from __future__ import annotations

from django.utils.translation import gettext as _

# First match wins: most browsers also call themselves by their ancestors' names.
_BROWSERS = (
    ("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Firefox", "Firefox"), ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"), ("Chrome", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
_SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("CrOS", "ChromeOS"),
    ("Macintosh", "Mac"), ("Linux", "Linux"),
)  # fmt: skip


def browser_name(user_agent: str) -> str:
    """`Firefox, Windows`; what cannot be told apart is `Unknown browser`."""
    names = [next((name for sign, name in table if sign in user_agent), "") for table in (_BROWSERS, _SYSTEMS)]
    return ", ".join(name for name in names if name) or _("Unknown browser")


def kind_of_device(user_agent: str) -> str:
    """`Telephone`, `Tablet` or `Computer`. Where it stands is not guessed: an address tells a provider, not a place."""
    if "iPad" in user_agent or ("Android" in user_agent and "Mobile" not in user_agent):
        return _("Tablet")
    if "iPhone" in user_agent or "Mobile" in user_agent:
        return _("Telephone")
    return _("Computer") if any(sign in user_agent for sign, _name in _SYSTEMS) else _("Unknown device")
