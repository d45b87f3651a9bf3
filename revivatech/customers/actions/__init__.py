"""What can be done with customers. Every verb is one transaction; called inside another, it belongs to that one."""

from .merging import absorb, merge, merge_devices, unmerge
from .notes import add_note, remove_note
from .profiles import (
    Details,
    add_device,
    attach,
    create,
    edit,
    find_for_change,
    find_or_create,
    hold,
    record_consent,
    save_marketing,
    save_own,
    write_in,
)

__all__ = [
    "Details",
    "absorb",
    "add_device",
    "add_note",
    "attach",
    "create",
    "edit",
    "find_for_change",
    "find_or_create",
    "hold",
    "merge",
    "merge_devices",
    "record_consent",
    "remove_note",
    "save_marketing",
    "save_own",
    "unmerge",
    "write_in",
]
