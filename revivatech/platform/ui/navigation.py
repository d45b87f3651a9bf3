"""The workbench's navigation: one table of url names and the permission each needs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from revivatech.platform.web.addresses import address_of
from revivatech.platform.web.languages import plain


@dataclass(frozen=True, slots=True)
class Item:
    """`permission` empty: everybody. `pinned` items are in the phone's bottom bar. `within` names further addresses that
    belong to the item; where there are any, the item's own address counts only as a whole."""

    label: Promise
    icon: str
    url_name: str
    permission: str = ""
    pinned: bool = False
    within: tuple[str, ...] = ()
    key: str = ""  # the keyboard's way there


class Link(NamedTuple):
    label: Promise
    icon: str
    href: str
    current: bool
    pinned: bool
    key: str = ""
    name: str = ""  # of its address: what an owner's own order and words of the menu go by


STAFF: tuple[tuple[Promise, tuple[Item, ...]], ...] = (
    (
        _("Work"),
        (
            Item(
                _("Queue"),
                "queue",
                "repairs:queue",
                "repairs.view",
                pinned=True,
                within=("/workbench/repairs/",),
                key="g q",
            ),
            Item(_("Board"), "board", "repairs:board", "repairs.view", pinned=True, key="g b"),
            Item(_("Walk-in"), "walk-in", "repairs:walk_in", "repairs.receive", pinned=True, key="g w"),
            Item(_("Bookings"), "booking", "booking:diary", "bookings.view", pinned=True),
            Item(_("Quotes"), "price", "quotes:list", "repairs.view"),
            Item(_("Customers"), "customers", "customers:list", "customers.view", key="g c"),
            Item(_("Warranty claims"), "shield", "repairs:claims", "repairs.receive"),
            Item(_("Shift notes"), "clipboard", "repairs:shifts", "repairs.view"),
            Item(_("Messages"), "mail", "notifications:list", "messages.view"),
            Item(_("Inbox"), "inbox", "site:inbox", "messages.view"),
        ),
    ),
    (
        _("Shop"),
        (
            Item(_("Catalogue"), "catalogue", "catalogue:list", "catalogue.edit"),
            Item(_("Services"), "repair", "catalogue:services", "prices.edit"),
            Item(_("Prices"), "price", "catalogue:prices", "prices.edit"),
            Item(_("Reviews"), "star", "site:reviews_desk", "reviews.manage"),
            Item(_("Visits"), "eye", "site:visits", "reports.view"),
            Item(_("Staff"), "staff", "accounts:staff", "staff.view"),
            Item(_("Audit"), "history", "accounts:audit", "audit.view"),
            Item(_("Settings"), "settings", "shop:settings", "shop.locations"),
        ),
    ),
)

PUBLIC: tuple[Item, ...] = (
    Item(_("Prices"), "price", "site:prices"),
    Item(_("Where we are"), "location", "site:locations"),
    Item(_("Book a repair"), "calendar-add", "booking:start"),
    Item(_("Track my repair"), "search", "repairs:find"),
)

FOOTER: tuple[tuple[Promise, tuple[Item, ...]], ...] = (
    (
        _("Repairs"),
        (
            Item(_("Devices"), "device", "site:devices"),
            Item(_("Services"), "repair", "site:services"),
            Item(_("Prices"), "price", "site:prices"),
            Item(_("Book a repair"), "calendar-add", "booking:start"),
            Item(_("Track my repair"), "search", "repairs:find"),
        ),
    ),
    (
        _("How we work"),
        (
            Item(_("How a repair goes"), "info", "site:how"),
            Item(_("Warranty"), "shield", "site:warranty"),
            Item(_("Reviews"), "star", "site:reviews"),
            Item(_("For businesses"), "building", "site:business"),
            Item(_("Questions people ask"), "help", "site:faq"),
        ),
    ),
    (
        _("Contact"),
        (
            Item(_("Where we are"), "location", "site:locations"),
            Item(_("Contact us"), "mail", "site:contact"),
            Item(_("If something went wrong"), "message", "site:complaints"),
            Item(_("Sign in"), "log-in", "account_login"),
        ),
    ),
    (
        _("Rules"),
        (
            Item(_("Privacy"), "lock", "site:privacy"),
            Item(_("Cookies"), "info", "site:cookies"),
            Item(_("Accessibility"), "customer", "site:accessibility"),
        ),
    ),
)

PORTAL: tuple[Item, ...] = (
    Item(_("Overview"), "home", "repairs:portal", within=("/account/repairs/",)),
    Item(_("Your details"), "customer", "customers:profile"),
    Item(_("Security"), "lock", "accounts:security"),
    Item(_("Your data"), "archive", "privacy:data"),
)


def link_to(url_name: str, *args: object) -> str:
    """The address of `url_name`, or an empty string while no feature answers to it."""
    if not args:
        return address_of(url_name)
    try:
        return reverse(url_name, args=args)
    except NoReverseMatch:
        return ""


def _links(request: HttpRequest, items: tuple[Item, ...]) -> list[Link]:
    actor = getattr(request, "actor", None)
    shown = (item for item in items if not item.permission or (actor is not None and actor.may(item.permission)))
    found = [(item, href) for item in shown if (href := link_to(item.url_name))]
    return [
        Link(item.label, item.icon, href, _is_here(item, href, request.path), item.pinned, item.key, item.url_name)
        for item, href in found
    ]


def _is_here(item: Item, href: str, path: str) -> bool:
    if item.within:
        return path == href or plain(path).startswith(item.within)
    return path.startswith(href)


def staff_navigation(request: HttpRequest) -> list[tuple[Promise, list[Link]]]:
    """Groups of links this person may use, with the present page marked; groups without a link are left out."""
    everything = _links(request, tuple(item for _title, items in STAFF for item in items))
    by_href = {link.href: link for link in everything}
    groups = []
    for title, items in STAFF:
        links = [by_href[href] for item in items if (href := link_to(item.url_name)) in by_href]
        if links:
            groups.append((title, links))
    return groups


def public_navigation(request: HttpRequest) -> list[Link]:
    return _links(request, PUBLIC)


def footer_navigation(request: HttpRequest) -> list[tuple[Promise, list[Link]]]:
    return [(title, links) for title, items in FOOTER if (links := _links(request, items))]


def portal_navigation(request: HttpRequest) -> list[Link]:
    """The signed-in customer's own pages, on those pages only. Staff have the workbench."""
    actor = getattr(request, "actor", None)
    if actor is None or actor.user_id is None or actor.is_staff or not plain(request.path).startswith("/account/"):
        return []
    return _links(request, PORTAL)
