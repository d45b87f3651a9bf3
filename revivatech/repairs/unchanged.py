"""Which versions of the rows that a tracking page shows there are, in one question."""

from __future__ import annotations

from django.db import connection

from revivatech.platform.web.keeping import versions

_OF_REPAIR = "one.repair_id = repair.id"
# Every table the page reads and which of its rows; also those of packages above that add a part to it. A page that reads another one
# is not kept (platform/web/keeping.py).
WATCHED = {
    "repairs_repair": "one.id = repair.id",
    "customers_customer": "one.id = repair.customer_id",
    "customers_customerdevice": "one.id = repair.device_id",
    "catalogue_devicemodel": "one.id = device.model_id",
    "catalogue_brand": "one.id = model.brand_id",
    "shop_location": "one.id = repair.location_id",
    "shop_business": "one.id = 1",
    "booking_bookeddevice": "one.id = repair.booked_device_id",
    "booking_booking": "one.id = booked.booking_id",
    "repairs_stagerun": _OF_REPAIR,
    "repairs_note": _OF_REPAIR,
    "repairs_handover": _OF_REPAIR,
    "repairs_passcode": _OF_REPAIR,
    "repairs_passcodeview": "one.passcode_id IN (SELECT id FROM repairs_passcode WHERE repair_id = repair.id)",
    "repairs_passcodeservice": "true",  # a few rows
    "repairs_warrantyline": _OF_REPAIR,
    "repairs_legalextension": "one.line_id IN (SELECT id FROM repairs_warrantyline WHERE repair_id = repair.id)",
    "repairs_warrantyclaim": _OF_REPAIR,
    "repairs_lawchoice": "true",
    "repairs_rightstext": "true",
    "repairs_repaircertificate": _OF_REPAIR,
    "platform_eventrecord": "one.subject_kind = 'repair' AND one.subject_id = repair.id",
    "platform_storedfile": "one.about_kind = 'repair' AND one.about_id = repair.id",
    "quotes_quote": _OF_REPAIR,
}
_STATE = f"""
SELECT concat_ws('|', {", ".join(f"coalesce({versions(table, condition)}, '')" for table, condition in WATCHED.items())})
  FROM repairs_repair repair
  JOIN customers_customerdevice device ON device.id = repair.device_id
  LEFT JOIN catalogue_devicemodel model ON model.id = device.model_id
  LEFT JOIN booking_bookeddevice booked ON booked.id = repair.booked_device_id
 WHERE repair.token = %s
"""  # noqa: S608 - of the constants above


def state_of(token: str) -> str | None:
    with connection.cursor() as cursor:
        cursor.execute(_STATE, [token])
        found = cursor.fetchone()
    return found[0] if found else None
