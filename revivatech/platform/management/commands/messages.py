"""`revivatech manage messages`: gather the sentences of the code into the file of every language."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import to_locale

from revivatech.platform import messages
from revivatech.platform.languages import FOLDER, compile_catalogue


class Command(BaseCommand):
    help = (
        "Gather every sentence of the code into the file of each language, compile it, and say what lacks translation."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--new", metavar="CODE", help="begin another language, such as fr or pt-br")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["new"]:
            self._begin(to_locale(options["new"]))
        for po in messages.files():
            locale = po.parents[1].name
            catalogue = messages.updated(messages.catalogue_of(po), locale)
            po.write_bytes(messages.written(catalogue))
            compile_catalogue(po, po.with_suffix(".mo"))
            wrong = messages.mistakes(catalogue)
            for line in wrong:
                self.stdout.write(line)
            self.stdout.write(f"{locale}: {len(messages.sentences(catalogue))} sentences, {len(wrong)} to mend")

    def _begin(self, locale: str) -> None:
        from babel import Locale, UnknownLocaleError

        try:
            Locale.parse(locale)
        except (UnknownLocaleError, ValueError) as unknown:
            raise CommandError(f"{locale} is no language we know the rules of.") from unknown
        po = FOLDER / locale / "LC_MESSAGES" / "django.po"
        if po.exists():
            raise CommandError(f"{locale} is there already.")
        po.parent.mkdir(parents=True)
        po.write_bytes(b'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n')
