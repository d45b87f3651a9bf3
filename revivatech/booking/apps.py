from django.apps import AppConfig


class BookingConfig(AppConfig):
    name = "revivatech.booking"
    label = "booking"
