"""The forms of set-up and settings: which form belongs to a part, and what saves it. The two frames share them."""

from __future__ import annotations

from typing import Any

from django import forms as django_forms
from django.db import transaction

from revivatech.platform import clock
from revivatech.platform.actors import Actor
from revivatech.platform.problems import Invalid
from revivatech.platform.web.helpers import day as readable_day

from .. import actions, holidays, queries, steps
from ..forms import (
    BUSINESS_FORMS,
    LOCATION_FORMS,
    BankHolidaysForm,
    CapsForm,
    HoursForm,
    MailSettingsForm,
    hours_initial,
)
from ..models import Closure, DailyCap, Location

LOCATION_PARTS = ("location", "hours", "closures", "slots", "caps")


def form_for(part: str, location: Location | None, data: Any = None, *, propose: bool = False) -> django_forms.Form:
    """The form of a part, filled with what is stored; with `propose`, with all bank holidays until somebody has chosen."""
    if part in BUSINESS_FORMS:
        return BUSINESS_FORMS[part].about(queries.business(), data)
    if part == "mail":
        return MailSettingsForm.about(queries.mail_settings(), data)
    if part == "location":
        return LOCATION_FORMS[part].about(location or Location(), data)
    if location is None:
        raise ValueError(f"{part} belongs to a location")
    if part == "slots":
        return LOCATION_FORMS[part].about(location, data)
    if part == "hours":
        return HoursForm(data, initial=hours_initial(list(location.hours.all())))
    if part == "caps":
        stored = dict(DailyCap.objects.filter(location=location).values_list("kind", "at_most"))
        return CapsForm(data, kinds=queries.cap_kinds(), initial=stored)
    return _closures_form(location, data, propose=propose)


def _closures_form(location: Location, data: Any, *, propose: bool) -> BankHolidaysForm:
    coming = holidays.upcoming(location.nation, clock.today(location.zone))
    kept = set(Closure.objects.filter(location=location, bank_holiday=True).values_list("first", flat=True))
    suggested = propose and not kept and "closures" not in steps.done()
    chosen = {holiday.day for holiday in coming} if suggested else kept
    return BankHolidaysForm(
        data,
        coming=coming,
        readable=readable_day,
        initial={
            "days": [holiday.day.isoformat() for holiday in coming if holiday.day in chosen],
            "suggested": suggested,
        },
    )


def save(part: str, form: django_forms.Form, location: Location | None, *, step: str = "", by: Actor) -> bool:
    """Save a bound form; with `step`, that page of the set-up is done in the same transaction. False: it has errors."""
    if not form.is_valid():
        return False
    try:
        with transaction.atomic():
            _save(part, form, location, by)
            if step:
                actions.finish_step(step, by=by)
    except Invalid as problem:
        attach(form, problem)
        return False
    return True


def attach(form: django_forms.Form, problem: Invalid) -> None:
    """An action's refusal, shown at the fields it names."""
    for name, messages in problem.errors.items():
        for message in messages:
            form.add_error(name if name in form.fields else None, message)


def _save(part: str, form: django_forms.Form, location: Location | None, by: Actor) -> None:
    values = form.cleaned_data
    if part in BUSINESS_FORMS:
        actions.change_business(values, part=part, by=by)
    elif part == "mail":
        secret = values.pop("password")
        actions.save_mail(actions.MailForm(**values, password=secret or None), by=by)
    elif location is None:
        actions.add_location(values, by=by)
    elif part in LOCATION_FORMS:
        actions.change_location(location.pk, values, part=part, by=by)
    elif isinstance(form, HoursForm):
        actions.change_hours(location.pk, form.week(), by=by)
    elif part == "caps":
        actions.set_caps(location.pk, values, by=by)
    else:
        actions.keep_bank_holidays(location.pk, values["days"], by=by)


def closures_context(location: Location) -> dict[str, Any]:
    """Coming closures entered by hand, here and everywhere, and how far the bank holidays are known."""
    today = clock.today(location.zone)
    rows = Closure.objects.filter(bank_holiday=False, last__gte=today)
    return {
        "closures": [row for row in rows if row.location_id in (None, location.pk)],
        "known_until": holidays.known_until(location.nation),
    }
