from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "revivatech.notifications"
    label = "notifications"
