"""The forms of a draft's page: one for the draft, one for each option and line, and their sums before anything is saved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from revivatech.platform.spoken import spoken

from . import sums
from .forms import DraftForm, LineForm, OptionForm
from .models import Kind, Quote, QuoteLine, QuoteOption

_DRAFT_FIELDS = ("finding", "needs_parts", "lead_days", "work_days", "replacement", "fee_waived")


@dataclass(frozen=True, slots=True)
class Facts:
    """A line as typed: what sums need."""

    pk: int
    option_id: int | None
    unit_pence: int
    quantity: int
    vat_rate_bp: int
    optional: bool
    minutes: int
    cost_pence: int | None

    @property
    def gross_pence(self) -> int:
        return self.unit_pence * self.quantity


@dataclass(frozen=True, slots=True)
class Way:
    """One option's sums: the least, and with every optional line."""

    title: str
    least: sums.Sum
    most: sums.Sum
    margin: sums.Margin | None


class Builder:
    """Bound where `data` has the row, else as stored: rows that a colleague added meanwhile show as they are."""

    def __init__(self, quote: Quote, data: Mapping[str, Any] | None = None, *, costs: bool) -> None:
        self.quote, self.costs, self.bound = quote, costs, data is not None
        self.option_rows: Sequence[QuoteOption] = list(quote.options.all())
        self.line_rows: Sequence[QuoteLine] = list(quote.lines.all())
        recommended = next((option.pk for option in self.option_rows if option.recommended), None)
        initial = {name: getattr(quote, name) for name in _DRAFT_FIELDS}
        initial |= {"revision": quote.revision, "recommended": recommended}
        self.draft = DraftForm(data, initial=initial)
        self.options = [(row, self._option(row, data)) for row in self.option_rows]
        names = [(row.pk, spoken(row.title) or _("Option without a name")) for row in self.option_rows]
        self.lines = [(row, self._line(row, names, data)) for row in self.line_rows]

    def _option(self, row: QuoteOption, data: Mapping[str, Any] | None) -> OptionForm:
        prefix = f"option-{row.pk}"
        there = data if data is not None and f"{prefix}-title" in data else None
        return OptionForm(there, prefix=prefix, initial={"title": spoken(row.title), "text": row.text})

    def _line(self, row: QuoteLine, names: list[tuple[int, str]], data: Mapping[str, Any] | None) -> LineForm:
        prefix = f"line-{row.pk}"
        there = data if data is not None and f"{prefix}-label" in data else None
        initial = {
            name: getattr(row, name)
            for name in ("kind", "label", "quantity", "option_id", "optional", "cost_pence", "warranty_days", "minutes")
        }
        initial |= {"unit_pence": abs(row.unit_pence), "label": spoken(row.label)}
        return LineForm(
            there, prefix=prefix, initial=initial, options=names, discount=row.kind == Kind.DISCOUNT, costs=self.costs
        )

    def forms(self) -> list[forms.Form]:
        return [self.draft, *(form for _row, form in self.options), *(form for _row, form in self.lines)]

    def is_valid(self) -> bool:
        wrong = [
            form for form in self.forms() if form.is_bound and not form.is_valid()
        ]  # each is asked, to show all errors
        return not wrong

    def values(self) -> dict[str, Any]:
        """The arguments of `actions.save`."""
        values = dict(self.draft.cleaned_data)
        return {
            "revision": values.pop("revision"),
            "recommended": values.pop("recommended"),
            "values": values,
            "options": {row.pk: form.cleaned_data for row, form in self.options if form.is_bound},
            "lines": {row.pk: form.cleaned_data for row, form in self.lines if form.is_bound},
        }

    def labour(self, line_id: int) -> int | None:
        """What was typed to be split off a line."""
        found = next((form for row, form in self.lines if row.pk == line_id), None)
        return found.cleaned_data.get("labour") if found is not None and found.is_bound else None

    def say(self, errors: Mapping[str, Sequence[str]]) -> None:
        """Show an action's errors at their fields; what has no field stands at the top. The page must be bound."""
        self.is_valid()
        places = {form.add_prefix(name): (form, name) for form in self.forms() if form.is_bound for name in form.fields}
        for name, messages in errors.items():
            form, field = places.get(name, (self.draft, None))
            for message in messages:
                form.add_error(field, message)

    def facts(self) -> list[Facts]:
        return [_facts(row, form) for row, form in self.lines]

    def ways(self) -> list[Way]:
        """The sums of every option as typed; one without a title where there are none."""
        lines = self.facts()
        titles = {row.pk: _title(row, form) for row, form in self.options}
        every = {line.pk for line in lines}
        ways: list[int | None] = [*titles]
        return [
            Way(
                titles.get(way, "") if way is not None else "",
                sums.add_up(least := sums.chosen(lines, way, ())),
                sums.add_up(sums.chosen(lines, way, every)),
                sums.margin(least) if self.costs else None,
            )
            for way in ways or [None]
        ]


def _title(row: QuoteOption, form: OptionForm) -> str:
    return str(form["title"].value() or "") or spoken(row.title)


def _facts(row: QuoteLine, form: LineForm) -> Facts:
    """What was typed where it can be read, else what is stored."""
    typed: dict[str, Any] = {}
    if form.is_bound:
        form.is_valid()
        typed = form.cleaned_data
    names = ("option_id", "unit_pence", "quantity", "optional", "minutes", "cost_pence")
    found = {name: typed.get(name, getattr(row, name)) for name in names}
    return Facts(pk=row.pk, vat_rate_bp=row.vat_rate_bp, **found)
