"""Which state of the shop public pages show, told by the database itself.

Triggers (migrations 0002, 0004 and 0005) add a row to `site_change` in the transaction of every statement that alters a table of `TABLES`. How many
rows are visible and which is the last tells one state from every other, in whatever order transactions commit.
"""

from __future__ import annotations

from typing import Any

from django.db import connection

TABLES = (
    "catalogue_brand",
    "catalogue_family",
    "catalogue_devicemodel",
    "catalogue_deviceidentifier",
    "catalogue_service",
    "catalogue_pricerule",
    "shop_business",
    "shop_location",
    "shop_openinghours",
    "shop_closure",
    "shop_dailycap",
    "site_text",
    "site_textversion",
    "site_ownword",
    "site_review",
    "repairs_rightstext",
    "repairs_lawchoice",
)
MANY = 500  # rows of which all but the last tell nothing


def changes() -> tuple[int, int]:
    """How many rows of `site_change` are visible, and the last one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), coalesce(max(id), 0) FROM site_change")
        found: Any = cursor.fetchone()
        if found[0] > MANY:
            cursor.execute("DELETE FROM site_change WHERE id < %s", [found[1]])
    return found[0], found[1]
