"""What doctor says about the event log: does every chain hold."""

from __future__ import annotations

from revivatech.platform.commands.checks import OPTIONS, Finding, check

from .chain import Report, verify

USUALLY_AT_MOST = 50_000  # about two seconds; `doctor --full` reads everything


@check("event log")
def event_log() -> Finding:
    report = verify(at_most=None if OPTIONS.full else USUALLY_AT_MOST)
    text = f"{report.events} events of {report.subjects} logs hold together"
    if report.broken:
        text = f"{len(report.broken)} of {report.subjects} logs do not hold"
    if report.subjects_left:
        text += f"; {report.subjects_left} older logs not looked at, add --full"
    return Finding("live", text, _problems(report))


def _problems(report: Report) -> list[str]:
    if not report.broken:
        return []
    if len(report.broken) == report.subjects and all(broken.only_seal for broken in report.broken):
        return ["No log carries this shop's signature: signing.key is not the one it had. Put it back from a backup."]
    first = report.broken[0]
    more = f" {len(report.broken) - 1} more do not hold either." if len(report.broken) > 1 else ""
    return [f"The log of {first}. Somebody wrote to the database by hand; compare it with a backup.{more}"]
