"""The limit the product is measured against: the same facts from the same database, by hand, with nothing else.

A bare ASGI callable on uvicorn with uvloop, asyncpg with prepared statements, pages as one flat Jinja2 template of the same size
as ours (see pages.py), JSON by msgspec. No routing table, sessions, permissions, forms, macros, translations, rate limits, hash
chain or problems; `bench.web` starts it.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo

import asyncpg
import jinja2
import msgspec

from . import pages as flat

TRACKED = """
SELECT r.id, r.code, r.status, r.outcome, r.ready_by, r.description, r.agreed_pence, r.accessories, l.name AS location, l.line1, l.town,
       l.postcode, l.zone_name, b.name AS brand, m.name AS model, d.described
  FROM repairs_repair r JOIN shop_location l ON l.id = r.location_id JOIN customers_customerdevice d ON d.id = r.device_id
  LEFT JOIN catalogue_devicemodel m ON m.id = d.model_id LEFT JOIN catalogue_brand b ON b.id = m.brand_id WHERE r.token = $1
"""
TRACKED_JSON = "SELECT code, status, outcome, ready_by FROM repairs_repair WHERE token = $1"
SAYS = "It is in our hands. We look at it within one working day and tell you what we find."
EVENTS = "SELECT name, payload, at FROM platform_eventrecord WHERE subject_kind = 'repair' AND subject_id = $1 ORDER BY sequence DESC"
RUNS = "SELECT stage, status, started_at, ended_at FROM repairs_stagerun WHERE repair_id = $1 ORDER BY id"
QUEUE = """
SELECT r.id, r.code, r.status, r.urgency, r.stage_due_at, c.name AS customer, b.name AS brand, m.name AS model, d.described, u.full_name
  FROM repairs_repair r JOIN customers_customer c ON c.id = r.customer_id JOIN customers_customerdevice d ON d.id = r.device_id
  LEFT JOIN catalogue_devicemodel m ON m.id = d.model_id LEFT JOIN catalogue_brand b ON b.id = m.brand_id
  LEFT JOIN accounts_user u ON u.id = r.assigned_to_id
 WHERE r.status IN ('booked', 'initial_assessment', 'diagnosis', 'awaiting_approval', 'parts_ordering', 'repair_work', 'quality_check', 'final_testing', 'ready_for_pickup')
 ORDER BY CASE r.urgency WHEN 'same_day' THEN 0 WHEN 'priority' THEN 1 ELSE 2 END, r.stage_due_at, r.id LIMIT 51
"""
COUNTS = "SELECT status, count(*) FROM repairs_repair WHERE status NOT IN ('completed', 'cancelled') GROUP BY status"
HOURS = "SELECT weekday, opens, closes FROM shop_openinghours WHERE location_id = $1 ORDER BY weekday, opens"
CLOSED = "SELECT first, last FROM shop_closure WHERE location_id = $1 OR location_id IS NULL"
PLACES = "SELECT starts_at, place FROM booking_slotplace WHERE location_id = $1 AND starts_at >= $2 AND starts_at < $3"
LOCATION = "SELECT slot_minutes, slot_capacity, notice_minutes, zone_name FROM shop_location WHERE id = $1"

pages = jinja2.Environment(
    loader=jinja2.FileSystemLoader(os.environ["BENCH_PAGES"]), autoescape=True, auto_reload=False
)

# Tables of its own, with the product's columns and indexes and without its foreign keys and triggers.
COPIED = ("platform_idempotencykey", "customers_customer", "customers_customerdevice", "booking_booking", "booking_bookeddevice",
          "booking_bookedissue", "booking_slotplace", "booking_capplace", "repairs_repair", "platform_eventrecord",
          "platform_eventhead", "procrastinate_jobs")  # fmt: skip
SCHEMA = "DROP SCHEMA IF EXISTS raw CASCADE; CREATE SCHEMA raw;" + "".join(
    f"CREATE TABLE raw.{name} (LIKE public.{name} INCLUDING ALL);" for name in COPIED
)

pool: asyncpg.Pool[asyncpg.Record]
inserts: dict[str, tuple[str, list[str]]] = {}
Send = Callable[[dict[str, Any]], Awaitable[None]]


async def app(scope: dict[str, Any], receive: Callable[[], Awaitable[dict[str, Any]]], send: Send) -> None:
    if scope["type"] == "lifespan":
        await _lifespan(receive, send)
        return
    status, kind, body = 200, b"text/html; charset=utf-8", b""
    match scope["path"].split("/"):
        case ["", "tracking", token]:
            kind, body = b"application/json", await tracking(token)
        case ["", "track", token]:
            body = await track(token)
        case ["", "queue"]:
            body = await queue()
        case ["", "slots"]:
            kind, body = b"application/json", await slots(dict(parse_qsl(scope["query_string"].decode())))
        case ["", "bookings"]:
            message = await receive()
            kind, status, body = b"application/json", 201, await book(json.loads(message["body"]))
        case _:
            status = 404
    headers = [(b"content-type", kind), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _lifespan(receive: Callable[[], Awaitable[dict[str, Any]]], send: Send) -> None:
    global pool
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            pool = await asyncpg.create_pool(os.environ["DATABASE_URL"], min_size=8, max_size=8)
            await pool.execute(SCHEMA)
            for table in COPIED:
                inserts[table] = await _defaults(table)
            await send({"type": "lifespan.startup.complete"})
        else:
            await pool.close()
            await send({"type": "lifespan.shutdown.complete"})
            return


async def tracking(token: str) -> bytes:
    row = await pool.fetchrow(TRACKED_JSON, token)
    return msgspec.json.encode({**row, "stage": 1, "says": SAYS})


async def track(token: str) -> bytes:
    async with pool.acquire() as connection:
        row = await connection.fetchrow(TRACKED, token)
        events = await connection.fetch(EVENTS, row["id"])
        runs = await connection.fetch(RUNS, row["id"])
    zone = ZoneInfo(row["zone_name"])
    told = [{"says": event["name"], "when": f"{event['at'].astimezone(zone):%a %-d %b, %H:%M}"} for event in events]
    gone = [
        {"status": run["status"], "state": "done" if run["ended_at"] else "now",
         "when": f"{run['started_at'].astimezone(zone):%a %-d %b, %H:%M}"}
        for run in runs
    ]  # fmt: skip
    device = row["described"] or f"{row['brand']} {row['model']}"
    return pages.get_template(flat.TRACK).render(**dict(row), device=device, runs=gone, events=told).encode()


async def queue() -> bytes:
    async with pool.acquire() as connection:
        rows = await connection.fetch(QUEUE)
        counts = await connection.fetch(COUNTS)
    lines = [{**row, "device": row["described"] or f"{row['brand']} {row['model']}"} for row in rows[:50]]
    return pages.get_template(flat.QUEUE).render(rows=lines, counts=[tuple(one) for one in counts]).encode()


async def slots(asked: dict[str, str]) -> bytes:
    location, first, last = int(asked["location"]), date.fromisoformat(asked["from"]), date.fromisoformat(asked["to"])
    begin = datetime.combine(first, time(), UTC) - timedelta(days=1)
    async with pool.acquire() as connection:
        rules = await connection.fetchrow(LOCATION, location)
        hours = await connection.fetch(HOURS, location)
        closed = await connection.fetch(CLOSED, location)
        held = await connection.fetch(PLACES, location, begin, begin + timedelta(days=33))
    taken: dict[datetime, int] = {}
    for row in held:
        taken[row["starts_at"]] = taken.get(row["starts_at"], 0) + 1
    zone, step = ZoneInfo(rules["zone_name"]), timedelta(minutes=rules["slot_minutes"])
    earliest, found, day = datetime.now(UTC) + timedelta(minutes=rules["notice_minutes"]), [], first
    while day <= last:
        if not any(row["first"] <= day <= row["last"] for row in closed):
            for row in hours:
                if row["weekday"] == day.weekday():
                    start = datetime.combine(day, row["opens"], zone).astimezone(UTC)
                    end = datetime.combine(day, row["closes"], zone).astimezone(UTC)
                    while start + step <= end:
                        free = rules["slot_capacity"] - taken.get(start, 0)
                        if start >= earliest and free > 0:
                            found.append({"starts_at": start, "ends_at": start + step, "free": free})
                        start += step
        day += timedelta(days=1)
    return msgspec.json.encode({"items": found, "next": None})


async def _defaults(table: str) -> tuple[str, list[str]]:
    """An INSERT that names every column; what the caller leaves out is the empty value of its type."""
    rows = await pool.fetch(
        "SELECT column_name, udt_name, is_nullable, column_default FROM information_schema.columns"
        " WHERE table_schema = 'public' AND table_name = $1 AND is_generated = 'NEVER' ORDER BY ordinal_position", table
    )  # fmt: skip
    empty = {
        "varchar": "''",
        "text": "''",
        "jsonb": "'{}'",
        "bool": "false",
        "int2": "0",
        "int4": "0",
        "int8": "0",
        "timestamptz": "now()",
        "date": "now()",
    }
    columns, values = [], []
    for row in rows:
        if row["column_name"] == "id" or row["column_default"] is not None:
            continue
        columns.append(row["column_name"])
        values.append("NULL" if row["is_nullable"] == "YES" else empty[row["udt_name"]])
    return f"INSERT INTO raw.{table} ({', '.join(columns)}) VALUES (%s) RETURNING id", [*columns, *values]


def _insert(table: str, *named: str) -> str:
    statement, both = inserts[table]
    names, values = both[: len(both) // 2], both[len(both) // 2 :]
    return statement % ", ".join(
        f"${named.index(name) + 1}" if name in named else value for name, value in zip(names, values, strict=True)
    )


async def book(asked: dict[str, Any]) -> bytes:
    """The writes of one booking in one transaction: who, what, when, the repair, both logs, the job and the news."""
    token, starts, key = secrets.token_urlsafe(24), datetime.fromisoformat(asked["starts_at"]), secrets.token_hex(32)
    code, location = secrets.token_hex(5).upper(), asked["location"]
    hashed = hashlib.sha256(token.encode()).hexdigest()
    async with pool.acquire() as connection, connection.transaction():
        one = connection.fetchval
        await one(_insert("platform_idempotencykey", "scope", "key"), "booking", key)
        await one("SELECT pg_advisory_xact_lock(hashtext($1))", f"{location} {starts:%Y-%m-%d}")
        held = await connection.fetch(
            "SELECT place FROM raw.booking_slotplace WHERE location_id = $1 AND starts_at = $2", location, starts
        )
        await one("SELECT id FROM public.customers_customer WHERE lower(email) = $1", asked["email"])
        customer = await one(
            _insert("customers_customer", "name", "email", "phone"), asked["name"], asked["email"], asked["phone"]
        )
        device = await one(
            _insert("customers_customerdevice", "customer_id", "described", "category"),
            customer,
            "Nokia 3310",
            "smartphone",
        )
        booking = await one(
            _insert("booking_booking", "code", "token", "customer_id", "location_id", "handover", "starts_at", "ends_at", "status", "total_pence"),
            f"BK-{code}", token, customer, location, "drop_off", starts, starts + timedelta(minutes=30), "confirmed", 15_000,
        )  # fmt: skip
        booked = await one(
            _insert("booking_bookeddevice", "booking_id", "position", "device_id", "description", "backup"),
            booking,
            1,
            device,
            asked["description"],
            "full",
        )
        await one(_insert("booking_bookedissue", "booked_device_id", "service_id"), booked, 1)
        place = max((row["place"] for row in held), default=0) + 1
        await one(
            _insert("booking_slotplace", "location_id", "starts_at", "ends_at", "place", "booking_id"),
            location,
            starts,
            starts + timedelta(minutes=30),
            place,
            booking,
        )
        await one(
            _insert("booking_capplace", "location_id", "day", "kind", "place", "booking_id"),
            location,
            starts.date(),
            "screen",
            booking % 32_000,
            booking,
        )
        repair = await one(
            _insert("repairs_repair", "code", "token", "status", "description", "customer_id", "device_id", "location_id", "booked_device_id"),
            f"RT-{code}", secrets.token_urlsafe(24), "booked", asked["description"], customer, device, location, booked,
        )  # fmt: skip
        # The same four events as ours: of the customer, of their device in the customer's log, of the booking and of the repair.
        for kind, pk, sequence in (
            ("customer", customer, 1),
            ("customer", customer, 2),
            ("booking", booking, 1),
            ("repair", repair, 1),
        ):
            event = await one(
                _insert("platform_eventrecord", "name", "subject_kind", "subject_id", "sequence", "actor_kind", "actor_label",
                        "previous_hash", "hash"),
                f"{kind}.booked", kind, pk, sequence, "visitor", "Visitor", "0" * 64, hashed,
            )  # fmt: skip
            if sequence == 1:
                await one(
                    _insert("platform_eventhead", "subject_kind", "subject_id", "sequence", "hash", "event_id"),
                    kind, pk, 1, hashed, event,
                )  # fmt: skip
            else:
                await one(
                    "UPDATE raw.platform_eventhead SET sequence = $3, event_id = $4 WHERE subject_kind = $1 AND subject_id = $2"
                    " RETURNING id", kind, pk, sequence, event,
                )  # fmt: skip
            await one("SELECT pg_notify('raw', $1)", f"{kind}:{pk}")
        await one(
            "INSERT INTO raw.procrastinate_jobs (queue_name, task_name, args) VALUES ('mail', 'tell', '{}') RETURNING id"
        )
    return msgspec.json.encode({"code": f"BK-{code}", "token": token})
