"""The one script that stands in pages themselves, and the source by which the content-security policy lets it run."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from pathlib import Path

from markupsafe import Markup

_SCRIPT = re.sub(r"\A/\*.*?\*/\s*", "", Path(__file__).with_name("start.js").read_text(), flags=re.DOTALL)
POLICY_SOURCE = f"'sha256-{b64encode(sha256(_SCRIPT.encode()).digest()).decode()}'"
_ELEMENT = Markup('<script type="module">{}</script>').format(Markup(_SCRIPT))  # noqa: S704 - a file of ours


def start_script() -> Markup:
    """Loads what `<meta name="module" content="…">` names, after the first paint. The same in every page: its hash is the policy's."""
    return _ELEMENT
