"""The verbs of a repair. Each is one transaction: find what the actor may see, lock, ask the policy, ask the state
machine, change, record the event, enqueue its reactions, announce."""

from .approval import propose_price, record_answer
from .counter import Intake, check_intake, take_in
from .finish import cancel, mark_ready
from .hand_over import hand_over
from .links import send_link
from .move import fail_check, move
from .priority import prioritise
from .receive import check_in, open_booked, walk_in
from .work import add_note, assign, change_details, promise

__all__ = [
    "Intake",
    "add_note",
    "assign",
    "cancel",
    "change_details",
    "check_in",
    "check_intake",
    "fail_check",
    "hand_over",
    "mark_ready",
    "move",
    "open_booked",
    "prioritise",
    "promise",
    "propose_price",
    "record_answer",
    "send_link",
    "take_in",
    "walk_in",
]
