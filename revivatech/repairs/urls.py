"""Addresses of repairs: tracking, portal, workbench."""

from __future__ import annotations

from django.urls import path

from .bulk import views as bulk
from .checklists import views as checklists
from .intake import door, door_sheet
from .intake import views as intake
from .passcodes import settings as passcode_settings
from .passcodes import views as passcodes
from .saved import views as saved
from .shifts import views as shifts
from .suggestions import views as suggestions
from .timing import views as timing
from .views import board, changes, company, counter, documents, hand_over, photos, portal, public, workbench
from .views.devices import device
from .warranty import settings as rights
from .warranty import views as warranty

app_name = "repairs"
_CHANGES = {
    "moves": changes.move,
    "check-in": changes.check_in,
    "failed-check": changes.failed_check,
    "cancellation": changes.cancellation,
    "price": changes.price,
    "answer": changes.answer,
    "readiness": changes.readiness,
    "handover": hand_over.hand_over,
    "return": warranty.opening,
    "cause": warranty.cause,
    "claim": warranty.refusal,
    "notes": changes.note,
    "assignment": changes.assignment,
    "promise": changes.promise,
    "details": changes.details,
    "priority": changes.priority,
}
urlpatterns = [
    path("track/", public.find, name="find"),
    path("track/sent/", public.link_sent, name="link_sent"),
    path("track/<str:token>/", public.track, name="track"),
    path("track/<str:token>/now/", public.track_now, name="track_now"),
    path("track/<str:token>/answer/", public.answer, name="track_answer"),
    path("track/<str:token>/documents/<str:kind>/", documents.customer_document, name="track_document"),
    path("certificates/<str:token>/", documents.certificate, name="certificate"),
    path("account/", portal.overview, name="portal"),
    path("account/now/", portal.overview_now, name="portal_now"),
    path("account/company/repairs/", company.repairs, name="company_repairs"),
    path("account/company/repairs/<str:code>/", company.repair, name="company_repair"),
    path("account/repairs/<str:code>/", portal.track, name="portal_track"),
    path("account/repairs/<str:code>/now/", portal.track_now, name="portal_track_now"),
    path("account/repairs/<str:code>/answer/", portal.answer, name="portal_answer"),
    path("track/<str:token>/passcode/", passcodes.link_entry, name="track_passcode"),
    path("track/<str:token>/passcode/removal/", passcodes.link_removal, name="track_passcode_removal"),
    path("track/<str:token>/claim/", warranty.link_claim, name="track_claim"),
    path("account/repairs/<str:code>/passcode/", passcodes.portal_entry, name="portal_passcode"),
    path("account/repairs/<str:code>/passcode/removal/", passcodes.portal_removal, name="portal_passcode_removal"),
    path("account/repairs/<str:code>/claim/", warranty.portal_claim, name="portal_claim"),
    path("workbench/claims/", warranty.claims, name="claims"),
    path("workbench/claims/now/", warranty.claims_now, name="claims_now"),
    path("workbench/repairs/<str:code>/passcode/", passcodes.show, name="passcode"),
    path("workbench/repairs/<str:code>/passcode/entry/", passcodes.entry, name="passcode_entry"),
    path("workbench/repairs/<str:code>/passcode/question/", passcodes.question, name="passcode_question"),
    path("workbench/repairs/<str:code>/passcode/hiding/", passcodes.hiding, name="passcode_hiding"),
    path("workbench/repairs/<str:code>/passcode/removal/", passcodes.removal, name="passcode_removal"),
    path("workbench/", workbench.queue, name="queue"),
    path("workbench/now/", workbench.queue_now, name="queue_now"),
    path("workbench/board/", board.board, name="board"),
    path("workbench/board/now/", board.board_now, name="board_now"),
    path("workbench/board/<str:code>/", board.board_move, name="board_move"),
    path("workbench/several/", bulk.several, name="bulk"),
    path("workbench/several/<int:pk>/", bulk.done, name="bulk_done"),
    path("workbench/several/<int:pk>/reversal/", bulk.reversal, name="bulk_reversal"),
    path("workbench/filters/", saved.filters, name="filters"),
    path("workbench/filters/<int:pk>/name/", saved.name, name="filter_name"),
    path("workbench/filters/<int:pk>/removal/", saved.removal, name="filter_removal"),
    path("workbench/filters/opening/<str:page>/", saved.opening, name="filter_opening"),
    path("workbench/walk-in/", counter.walk_in, name="walk_in"),
    path("workbench/devices/<int:pk>/", device, name="device"),
    path("workbench/repairs/<str:code>/", workbench.show, name="show"),
    path("workbench/repairs/<str:code>/now/", workbench.show_now, name="show_now"),
    path("check-in/", door.begin, name="check_in"),
    path("workbench/settings/locations/<int:pk>/door/", door_sheet.show, name="door_sheet"),
    path("workbench/settings/passcodes/", passcode_settings.page, name="passcode_services"),
    path("workbench/settings/rights/", rights.choice, name="rights"),
    path("workbench/settings/rights/<str:law>/", rights.text, name="rights_text"),
    path("check-in/done/", door.done, name="check_in_done"),
    path("check-in/booking/<str:token>/", door.by_booking, name="check_in_booking"),
    path("check-in/<str:token>/", door.devices, name="check_in_devices"),
    path("workbench/repairs/<str:code>/intake/", intake.intake, name="intake"),
    path("workbench/repairs/<str:code>/intake/outlines/", intake.outlines, name="intake_outlines"),
    path("workbench/repairs/<str:code>/intake/label/", intake.label, name="intake_label"),
    path("workbench/repairs/<str:code>/intake/marks/<int:number>/removal/", intake.unmark, name="intake_unmark"),
    path("workbench/repairs/<str:code>/checks/<str:kind>/", checklists.checks, name="checks"),
    path("workbench/repairs/<str:code>/comparison/", checklists.comparison, name="comparison"),
    path("workbench/settings/checklists/", checklists.lists, name="checklists"),
    path("workbench/settings/checklists/<str:category>/", checklists.edit, name="checklist"),
    path("workbench/repairs/<str:code>/technicians/", suggestions.technicians, name="technicians"),
    path("workbench/settings/skills/", suggestions.skills, name="skills"),
    path("workbench/settings/skills/<int:user_id>/", suggestions.skills_of, name="skills_of"),
    path("workbench/settings/skills/<int:user_id>/<int:pk>/removal/", suggestions.skill_removal, name="skill_removal"),
    path("workbench/shifts/", shifts.notes, name="shifts"),
    path("workbench/shifts/new/", shifts.new, name="shift_new"),
    path("workbench/shifts/<int:pk>/", shifts.note, name="shift"),
    path("workbench/shifts/<int:pk>/acknowledgement/", shifts.acknowledgement, name="shift_acknowledgement"),
    path("workbench/repairs/<str:code>/clock/", timing.clock, name="clock"),
    path("workbench/repairs/<str:code>/time/", timing.time, name="time"),
    path("workbench/repairs/<str:code>/time/<int:entry>/", timing.correction, name="time_correction"),
    path("workbench/repairs/<str:code>/documents/<str:kind>/", documents.document, name="document"),
    path("workbench/repairs/<str:code>/certificate/", documents.issuance, name="issuance"),
    path("workbench/repairs/<str:code>/photos/", photos.add, name="photos"),
    path("workbench/repairs/<str:code>/photos/<uuid:photo>/", photos.describe, name="photo"),
    path("workbench/repairs/<str:code>/photos/<uuid:photo>/removal/", photos.remove, name="photo_removal"),
    path("workbench/repairs/<str:code>/photos/<uuid:photo>/return/", photos.restore, name="photo_return"),
    *[
        path(f"workbench/repairs/<str:code>/{noun}/", view, name=f"change_{noun.replace('-', '_')}")
        for noun, view in _CHANGES.items()
    ],
]
