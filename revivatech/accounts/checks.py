"""What `doctor` says about signing in."""

from __future__ import annotations

from django.conf import settings

from revivatech.platform.commands.checks import Finding, check
from revivatech.platform.sealing import SealBroken

from . import sign_in_keys


@check("sign-in provider")
def provider() -> Finding:
    """Whether people may sign in with Google, or the server the environment names."""
    try:
        keys = sign_in_keys.keys()
    except SealBroken as broken:
        return Finding("off", "the stored client secret cannot be opened", [str(broken.detail or broken.title)])
    if keys is None:
        return Finding("off", f"no keys for {sign_in_keys.name()} are set; people sign in with passwords and passkeys")
    source = "settings" if sign_in_keys.saved_id() else "REVIVATECH_SIGN_IN_ID"
    return Finding("live", f"{sign_in_keys.name()} at {settings.SIGN_IN_SERVER} (keys from {source})")
