"""What can be done with the shop. Every verb locks the business row first, so changes follow one another."""

from .business import change_business, finish_step, open_shop, what_is_missing
from .locations import add_location, change_location, set_active
from .mail import MailForm, save_mail, send_test, turn_mail_off
from .times import add_closure, change_hours, keep_bank_holidays, remove_closure, set_caps

__all__ = [
    "MailForm",
    "add_closure",
    "add_location",
    "change_business",
    "change_hours",
    "change_location",
    "finish_step",
    "keep_bank_holidays",
    "open_shop",
    "remove_closure",
    "save_mail",
    "send_test",
    "set_active",
    "set_caps",
    "turn_mail_off",
    "what_is_missing",
]
