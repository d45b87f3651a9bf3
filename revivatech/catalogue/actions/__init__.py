"""The verbs of the catalogue: devices, their import, services, and price rules."""

from .devices import add_model, edit_model, hide_model, merge_model, show_model, unmerge_model
from .importing import apply_import, receive_import
from .prices import add_rule, deactivate_rule, edit_rule, review_starter_prices
from .services import add_service, edit_service, hide_service, move_service, show_service

__all__ = [
    "add_model",
    "add_rule",
    "add_service",
    "apply_import",
    "deactivate_rule",
    "edit_model",
    "edit_rule",
    "edit_service",
    "hide_model",
    "hide_service",
    "merge_model",
    "move_service",
    "receive_import",
    "review_starter_prices",
    "show_model",
    "show_service",
    "unmerge_model",
]
