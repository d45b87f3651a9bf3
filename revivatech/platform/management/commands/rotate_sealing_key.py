"""Change the key that seals mail passwords, passcodes and second factors, while the shop runs."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from revivatech.platform.resealing import StillBusy, rotate


class Command(BaseCommand):
    help = "Make a new sealing key, seal everything with it and throw the old key away. Safe while the shop is running."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            done = rotate()
        except StillBusy as problem:
            raise CommandError(str(problem.detail)) from problem
        self.stdout.write(f"The sealing key is new; {done.sealed} secrets were sealed with it.")
        for where in done.unreadable:
            self.stdout.write(f"Left as it was, no key here opens it: {where}")
        self.stdout.write("Make a backup now: older ones hold the old key.")
