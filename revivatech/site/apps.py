from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "revivatech.site"
    label = "site"

    def ready(self) -> None:
        from revivatech.platform.files import policies

        from . import photos, pictures

        policies.register(pictures.KIND, may_see=pictures.may_see, may_add=pictures.may_add)
        policies.register(photos.KIND, may_see=photos.may_see, may_add=photos.may_add)
