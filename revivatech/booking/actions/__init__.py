"""The verbs of a booking."""

from .change import cancel, mark_arrived, reschedule
from .confirm import confirm
from .drafts import change_answers, discard_draft, find_draft, forget_drafts, save_step

__all__ = [
    "cancel",
    "change_answers",
    "confirm",
    "discard_draft",
    "find_draft",
    "forget_drafts",
    "mark_arrived",
    "reschedule",
    "save_step",
]
