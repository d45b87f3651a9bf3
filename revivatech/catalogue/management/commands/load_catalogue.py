"""`manage load_catalogue`: bring the device catalogue up to the data file that came with this version."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from revivatech.catalogue.loading import SHIPPED, DataFileError, load


class Command(BaseCommand):
    help = "Load the shipped device catalogue and services. Safe to repeat; your own edits are kept."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--file", type=Path, default=SHIPPED, help="another data file of the same columns")
        parser.add_argument("--force", action="store_true", help="read the file even when it was loaded last")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            report = load(options["file"], force=options["force"])
        except (DataFileError, OSError, UnicodeDecodeError) as error:
            raise CommandError(f"The device catalogue was not loaded: {error}") from error
        if report.skipped:
            self.stdout.write("Device catalogue: up to date.")
        else:
            self.stdout.write(
                f"Device catalogue: {report.added} added, {report.updated} updated, {report.kept} kept as they were."
            )
