"""`revivatech manage maintenance on "Back at 14:00."`: visitors read that instead of the pages, until `maintenance off`."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from revivatech.site import maintenance


class Command(BaseCommand):
    help = "Show visitors a page saying that the shop's pages are being worked on, or open them again."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("state", choices=["on", "off"])
        parser.add_argument("words", nargs="?", default="", help="one sentence, such as when the pages are back")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["state"] == "off":
            maintenance.path().unlink(missing_ok=True)
            self.stdout.write("The pages are open.")
            return
        maintenance.path().write_text(options["words"], encoding="utf-8")
        self.stdout.write("Visitors see the maintenance page. End it with: revivatech manage maintenance off")
