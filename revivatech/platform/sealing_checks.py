"""What doctor says about sealed secrets: who can read the key, whether a rotation was left half done, whether all seals open."""

from __future__ import annotations

import stat

from . import sealing
from .commands.checks import Finding, check
from .resealing import seals


@check("sealing key")
def sealing_key() -> Finding:
    path = sealing.key_file()
    lines = sealing.key_lines()
    mode = stat.S_IMODE(path.stat().st_mode)
    problems = [f"Others can read {path}: run chmod 600 {path}."] if mode & 0o077 else []
    if len(lines) > 1:
        problems.append("A change of the key was not finished: run `revivatech manage rotate_sealing_key` again.")
    found = list(seals())
    closed = [where for where, seal in found if not any(sealing.opens(seal, line) for line in lines)]
    if closed:
        more = f" and {len(closed) - 1} more" if len(closed) > 1 else ""
        problems.append(
            f"{closed[0]}{more} cannot be opened: put sealing.key back from a backup, or enter the secret again."
        )
    return Finding("live", f"{path}, {len(found)} secrets sealed", problems)
