"""What `doctor` says about the shop."""

from __future__ import annotations

from revivatech.platform.commands.checks import Finding, check
from revivatech.platform.sealing import SealBroken

from . import mail as outgoing
from .actions.business import what_is_missing
from .problems import MailOff
from .queries import business, mail_settings


@check("mail")
def mail() -> Finding:
    """Whether a server is configured, where that came from, and whether it ever took a message."""
    try:
        server = outgoing.server()
    except SealBroken as broken:
        return Finding("off", "the stored password cannot be opened", [str(broken.detail)])
    if server is None:
        return Finding("off", "no mail server is set; messages are kept and shown as not sent")
    problems = []
    try:
        outgoing.sender()
    except MailOff as off:
        problems.append(str(off.detail))
    saved = mail_settings()
    if saved.host and saved.tested_at is None:
        problems.append("No test message was accepted with these settings: send one in Settings, E-mail.")
    source = "settings" if saved.host else "REVIVATECH_MAIL_URL"
    return Finding("live", f"through {server.host}:{server.port} ({server.security}, from {source})", problems)


@check("shop")
def shop() -> Finding:
    row = business()
    if row.opened_at is None:
        return Finding("off", "not open yet: bookings are not taken", what_is_missing())
    return Finding("live", f"{row.name}, open since {row.opened_at:%Y-%m-%d}", what_is_missing())
