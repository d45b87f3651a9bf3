"""Step 2: what is wrong with the device, how urgent it is, and whether the data is safe."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from revivatech.accounts.access import acting
from revivatech.catalogue.queries import services_for
from revivatech.platform.spoken import spoken

from ..checks import resolve_devices
from ..forms import IssueForm
from ..wizard import Place, Step, Wizard, put_fault
from .common import go_on, mend, save, show, wizard_page


@require_http_methods(["GET", "HEAD", "POST"])
@wizard_page(Step.ISSUE)
def issue(request: HttpRequest, wizard: Wizard, number: int) -> HttpResponse:
    stored = wizard.stored_device(number)
    services = services_for(stored["category"])
    data = request.POST if request.method == "POST" else None
    initial = {**stored, "urgency": wizard.urgency}
    form = IssueForm(data, initial=initial, services=services, category=stored["category"], first=number == 1)
    if request.method == "POST" and form.is_valid():
        urgency = form.cleaned_data.get("urgency")
        draft = save(request, lambda answers: put_fault(answers, number, form.fault(), urgency))
        adding = request.POST.get("next") == "add" and Wizard(draft.answers).may_add_device
        return go_on(draft, Place(Step.DEVICE, len(draft.answers["devices"]) + 1) if adding else None)
    devices, errors = resolve_devices(wizard.devices[number - 1 : number], by=acting(request))
    if errors.get("devices.0.device"):
        return mend(request, Place(Step.DEVICE, number), _("Please choose this device again."))
    context = {
        "form": form,
        "device": devices[0],
        "more": {s.key: {"text": spoken(s.summary), "icon": s.icon} for s in services},
    }
    return show(request, Step.ISSUE, wizard, context, number=number, status=422 if form.errors else 200)
