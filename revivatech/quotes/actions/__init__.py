"""The verbs of a quote. Each is one transaction that locks the repair first, then the quote."""

from .answer import Choice, Given, approve, decline
from .drafts import discard, save, start
from .lines import add_line, add_option, add_service, remove_line, remove_option, split
from .send import send, withdraw
from .templates import remove_template, save_template, use_template
from .time import ask_again, expire, remind
from .whole import Line, Way, write

__all__ = [
    "Choice",
    "Given",
    "Line",
    "Way",
    "add_line",
    "add_option",
    "add_service",
    "approve",
    "ask_again",
    "decline",
    "discard",
    "expire",
    "remind",
    "remove_line",
    "remove_option",
    "remove_template",
    "save",
    "save_template",
    "send",
    "split",
    "start",
    "use_template",
    "withdraw",
    "write",
]
