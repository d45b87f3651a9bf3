"""Addresses of repairs: tracking, portal, workbench."""

from __future__ import annotations

from django.urls import path

from .checklists import views as checklists
from .passcodes import views as passcodes
from .views import board, changes, counter, documents, hand_over, photos, portal, public, workbench
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
    "handover": changes.handover,
    "notes": changes.note,
    "assignment": changes.assignment,
    "promise": changes.promise,
    "details": changes.details,
}
urlpatterns = [
    path("track/", public.find, name="find"),
    path("track/sent/", public.link_sent, name="link_sent"),
    path("track/<str:token>/", public.track, name="track"),
    path("track/<str:token>/now/", public.track_now, name="track_now"),
    path("track/<str:token>/answer/", public.answer, name="track_answer"),
    path("account/", portal.overview, name="portal"),
    path("account/now/", portal.overview_now, name="portal_now"),
    path("account/repairs/<str:code>/", portal.track, name="portal_track"),
    path("account/repairs/<str:code>/now/", portal.track_now, name="portal_track_now"),
    path("account/repairs/<str:code>/answer/", portal.answer, name="portal_answer"),
    path("workbench/", workbench.queue, name="queue"),
    path("workbench/now/", workbench.queue_now, name="queue_now"),
    path("workbench/board/", board.board, name="board"),
    path("workbench/board/now/", board.board_now, name="board_now"),
    path("workbench/board/<str:code>/", board.board_move, name="board_move"),
    path("workbench/walk-in/", counter.walk_in, name="walk_in"),
    path("workbench/repairs/<str:code>/", workbench.show, name="show"),
    path("workbench/repairs/<str:code>/now/", workbench.show_now, name="show_now"),
    path("workbench/repairs/<str:code>/photos/", photos.add, name="photos"),
    path("workbench/repairs/<str:code>/photos/<uuid:photo>/", photos.describe, name="photo"),
    path("workbench/repairs/<str:code>/photos/<uuid:photo>/removal/", photos.remove, name="photo_removal"),
    path("workbench/repairs/<str:code>/photos/<uuid:photo>/return/", photos.restore, name="photo_return"),
    *[
        path(f"workbench/repairs/<str:code>/{noun}/", view, name=f"change_{noun.replace('-', '_')}")
        for noun, view in _CHANGES.items()
    ],
]
    path("workbench/repairs/<str:code>/checks/<str:kind>/", checklists.checks, name="checks"),
    path("workbench/repairs/<str:code>/comparison/", checklists.comparison, name="comparison"),
    path("workbench/settings/checklists/", checklists.lists, name="checklists"),
    path("workbench/settings/checklists/<str:category>/", checklists.edit, name="checklist"),
    path("workbench/repairs/<str:code>/documents/<str:kind>/", documents.document, name="document"),
    path("workbench/repairs/<str:code>/certificate/", documents.issuance, name="issuance"),
