from importlib import import_module

from django.apps import AppConfig


class PlatformConfig(AppConfig):
    name = "revivatech.platform"
    label = "platform"

    def ready(self) -> None:
        import_module("revivatech.platform.housekeeping")  # its schedule: it needs models, which `jobs` must not
        import_module("revivatech.platform.files.jobs")
        import_module("revivatech.platform.ui.form_words").install()
