"""Expected failures of the catalogue."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from revivatech.platform.problems import Conflict, Invalid


class AlreadyMerged(Conflict):
    code = "model_merged"
    title = _("This device was merged into another one")


class NotMerged(Conflict):
    code = "model_not_merged"
    title = _("This device is not merged into another one")


class FileRefused(Invalid):
    """The uploaded file cannot be read at all; single rows are reported one by one instead."""

    code = "file_refused"
    title = _("This file cannot be imported")


class ImportWrong(Conflict):
    """Some rows cannot be imported, so none was."""

    code = "import_wrong"
    title = _("Nothing was imported: some rows need correcting first")


class ImportDone(Conflict):
    code = "import_done"
    title = _("This file was imported already")


class RuleInactive(Conflict):
    code = "rule_inactive"
    title = _("This price was taken out of use meanwhile")
