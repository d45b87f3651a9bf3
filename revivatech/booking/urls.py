"""`/book/…` the wizard, `/bookings/<token>/…` the private link, `/workbench/bookings/…` the diary."""

from __future__ import annotations

from django.urls import path

from .views import confirm, details, device, diary, handover, issue, link, price

app_name = "booking"

urlpatterns = [
    path("book/", device.start, name="start"),
    path("book/device/", device.device, name="device"),
    path("book/device/<int:number>/", device.device, name="device"),
    path("book/device/<int:number>/suggestions/", device.suggestions, name="suggestions"),
    path("book/device/<int:number>/removal/", device.removal, name="removal"),
    path("book/issue/", issue.issue, name="issue"),
    path("book/issue/<int:number>/", issue.issue, name="issue"),
    path("book/hand-over/", handover.hand_over, name="hand-over"),
    path("book/price/", price.price, name="price"),
    path("book/details/", details.details, name="details"),
    path("book/confirm/", confirm.confirm, name="confirm"),
    path("bookings/<str:token>/", link.show, name="show"),
    path("bookings/<str:token>/now/", link.now, name="now"),
    path("bookings/<str:token>/calendar.ics", link.calendar, name="calendar"),
    path("bookings/<str:token>/change/", link.change, name="change"),
    path("bookings/<str:token>/cancellation/", link.cancellation, name="cancellation"),
    path("workbench/bookings/", diary.diary, name="diary"),
    path("workbench/bookings/now/", diary.diary_now, name="diary_now"),
    path("workbench/bookings/<str:code>/", diary.booking, name="staff"),
    path("workbench/bookings/<str:code>/change/", diary.change, name="staff_change"),
    path("workbench/bookings/<str:code>/cancellation/", diary.cancellation, name="staff_cancellation"),
]
