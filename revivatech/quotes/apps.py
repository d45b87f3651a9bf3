from django.apps import AppConfig


class QuotesConfig(AppConfig):
    name = "revivatech.quotes"
    label = "quotes"

    def ready(self) -> None:
        from revivatech.repairs.documents import evidence
        from revivatech.repairs.warranty import clocks

        from . import record

        evidence.add(record.evidence, order=65)  # after the answers on the price
        if record.work_done not in clocks.SOURCES:
            clocks.SOURCES.append(record.work_done)
