"""From a rulebook and a question to a price. Pure: no database, no clock, no settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from revivatech.catalogue.choices import Quality
from revivatech.platform.money import share
from revivatech.platform.problems import Invalid
from revivatech.platform.spoken import as_written, joined, sentence

from .price import DeviceAsk, IssueAsk, Line, Price, assemble
from .rulebook import Policy, Rule, Rulebook, ServiceInfo

QUALITIES: tuple[str, ...] = tuple(Quality.values)
URGENCIES: tuple[str, ...] = ("standard", "priority", "same_day")
HANDOVERS: tuple[str, ...] = ("drop_off", "collection", "post")
DIAGNOSTIC = "diagnostic"


def compute(
    rulebook: Rulebook, devices: Sequence[DeviceAsk], *, urgency: str = "standard", handover: str = "drop_off"
) -> Price:
    """The price of the work on `devices`. Raises `Invalid` for a service, quality, urgency or hand-over that does not exist."""
    if urgency not in URGENCIES:
        raise Invalid({"urgency": [_("Choose how urgent the repair is")]})
    if handover not in HANDOVERS:
        raise Invalid({"handover": [_("Choose how we get the device")]})
    lines: list[Line] = []
    for index, ask in enumerate(devices):
        own = _service_lines(rulebook, ask, index)
        lines += [*own, *_diagnostic_lines(rulebook.policy, own, index)]
        lines += _urgency_lines(rulebook.policy, own, index, urgency)
    lines += _handover_lines(rulebook.policy, handover)
    policy = rulebook.policy
    return assemble(
        tuple(lines),
        [ask.label for ask in devices],
        currency=policy.currency,
        vat_rate_bp=policy.vat_rate_bp,
        urgency=urgency,
        handover=handover,
        deposit_bp=policy.deposit_bp,
        deposit_above_pence=policy.deposit_above_pence,
    )


def compute_qualities(
    rulebook: Rulebook, ask: DeviceAsk, *, urgency: str = "standard", handover: str = "drop_off"
) -> dict[str, Price]:
    """The choices to show side by side, best part first. Empty when no issue has a choice of parts.

    A quality is offered when a rule of its own wins for one of the issues. A rule for any quality promises the standard
    part only: otherwise one price would be offered for an original part and for the cheapest alike.
    """
    graded = [issue for issue in ask.issues if _service(rulebook, ask, issue).has_quality]
    offered = {"standard"} if graded else set()
    for issue in graded:
        for quality in QUALITIES:
            rule = rulebook.winner(ask, issue.service_key, quality)
            if rule is not None and rule.quality == quality:
                offered.add(quality)
    return {
        quality: compute(rulebook, [ask.with_quality(quality)], urgency=urgency, handover=handover)
        for quality in QUALITIES
        if quality in offered
    }


def replay(stored: Mapping[str, Any]) -> dict[str, Any]:
    """The stored price with every sum worked out anew from its stored lines; equal to `stored` when nothing was altered."""
    price = Price.from_json(stored)
    return assemble(
        price.lines,
        [part.label for part in price.devices],
        currency=price.currency,
        vat_rate_bp=price.vat_rate_bp,
        urgency=price.urgency,
        handover=price.handover,
        deposit_bp=price.deposit_bp,
        deposit_above_pence=price.deposit_above_pence,
    ).as_json()


def _service(rulebook: Rulebook, ask: DeviceAsk, issue: IssueAsk) -> ServiceInfo:
    service = rulebook.services.get(issue.service_key)
    if service is None or not service.serves(ask.category):
        raise Invalid({"issues": [_("Choose a repair that we do for this kind of device")]})
    if issue.quality not in ("", *QUALITIES):
        raise Invalid({"quality": [_("Choose one of the qualities shown")]})
    return service


def _service_lines(rulebook: Rulebook, ask: DeviceAsk, index: int) -> list[Line]:
    keys = [issue.service_key for issue in ask.issues]
    if len(set(keys)) != len(keys):
        raise Invalid({"issues": [_("Choose each repair once")]})
    return [_service_line(rulebook, ask, issue, index) for issue in ask.issues]


def _service_line(rulebook: Rulebook, ask: DeviceAsk, issue: IssueAsk, index: int) -> Line:
    service = _service(rulebook, ask, issue)
    quality = (issue.quality or Quality.STANDARD.value) if service.has_quality else ""
    rule = rulebook.winner(ask, service.key, quality)
    if rule is None:
        return Line(
            "service",
            service.name,
            0,
            device=index,
            service_key=service.key,
            quality=quality,
            why=sentence(
                gettext_noop(
                    "There is no set price for this repair. We look at the device and send a quote before any work."
                )
            ),
            from_price=True,
            needs_quote=True,
        )
    return Line(
        "service",
        service.name,
        rule.price_pence,
        device=index,
        service_key=service.key,
        quality=quality,
        rule_id=rule.id,
        why=_why(rule),
        minutes=rule.minutes,
        warranty_days=_warranty(rulebook.policy, rule, quality),
        from_price=rule.from_price,
    )


def _why(rule: Rule) -> str:
    scope = rule.scope or gettext_noop("every device")
    if rule.quality:
        text = gettext_noop("Our price for this repair with a part of %(quality)s quality, set for %(scope)s.")
        why = sentence(text, scope=scope, quality={"lower": as_written(Quality(rule.quality).label)})
    else:
        why = sentence(gettext_noop("Our price for this repair, set for %(scope)s."), scope=scope)
    if rule.from_price:
        more = gettext_noop("It is an estimate; after diagnosis we send a quote before any work.")
        why = joined(why, sentence(more))
    return why


def _warranty(policy: Policy, rule: Rule, quality: str) -> int:
    """The rule's own warranty, else the policy: the longer one for premium and for the maker's own parts."""
    if rule.warranty_days is not None:
        return rule.warranty_days
    return policy.warranty_premium_days if quality in (Quality.PREMIUM, Quality.ORIGINAL) else policy.warranty_days


def _diagnostic_lines(policy: Policy, own: Sequence[Line], index: int) -> list[Line]:
    """Finding the fault on the bench: only where the price is an estimate, and not when a diagnosis was ordered anyway."""
    fee = policy.diagnostic_bench_pence
    if not fee or not any(line.from_price for line in own) or any(line.service_key == DIAGNOSTIC for line in own):
        return []
    label = gettext_noop("Diagnosis on the bench")
    if policy.diagnostic_waived:
        text = gettext_noop("Free when the repair goes ahead; %(fee)s if you decline our quote.")
        why = sentence(text, fee={"pence": fee, "currency": policy.currency})
        return [Line("diagnostic", label, 0, device=index, why=why, if_declined_pence=fee)]
    return [Line("diagnostic", label, fee, device=index, why=sentence(gettext_noop("Charged for finding the fault.")))]


def _urgency_lines(policy: Policy, own: Sequence[Line], index: int, urgency: str) -> list[Line]:
    """A share of this device's repairs, so that each device carries its own part. Not on diagnosis or hand-over."""
    rate = policy.urgency_bp.get(urgency, 0)
    base = sum(line.amount_pence for line in own)
    if not rate or not base:
        return []
    label = gettext_noop("Same-day service") if urgency == "same_day" else gettext_noop("Priority service")
    text = gettext_noop("%(rate)s %% of the repairs on this device (%(base)s).")
    why = sentence(text, rate=f"{rate / 100:g}", base={"pence": base, "currency": policy.currency})
    estimate = any(line.from_price for line in own)
    return [Line("urgency", label, share(base, rate), device=index, why=why, from_price=estimate)]


def _handover_lines(policy: Policy, handover: str) -> list[Line]:
    fee = policy.handover_pence.get(handover, 0)
    if not fee:
        return []
    label = gettext_noop("Collection from your address") if handover == "collection" else gettext_noop("Return by post")
    return [Line("handover", label, fee, why=sentence(gettext_noop("Charged once for the whole booking.")))]
