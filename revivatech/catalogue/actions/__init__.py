"""The verbs of the catalogue: devices, their import, and price rules."""

from .devices import add_model, edit_model, hide_model, merge_model, show_model, unmerge_model
from .importing import apply_import, receive_import
from .prices import add_rule, deactivate_rule, edit_rule, review_starter_prices

__all__ = [
    "add_model",
    "add_rule",
    "apply_import",
    "deactivate_rule",
    "edit_model",
    "edit_rule",
    "hide_model",
    "merge_model",
    "receive_import",
    "review_starter_prices",
    "show_model",
    "unmerge_model",
]
