"""The rows of the made-up shop, table by table. See seed.py; imported when Django is ready."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from random import Random
from typing import Any

import psycopg
from django.db import models
from psycopg.types.json import Jsonb

from revivatech.accounts.permissions import FRONT_DESK, MANAGER, OWNER, TECHNICIAN
from revivatech.booking.models import BookedDevice, BookedIssue, Booking, SlotPlace
from revivatech.catalogue.models import DeviceModel, PriceRule, Service
from revivatech.catalogue.starter import install_starter_prices
from revivatech.customers.models import Customer, CustomerDevice
from revivatech.notifications.models import Message
from revivatech.platform.events.models import EventHead, EventRecord
from revivatech.platform.ids import ALPHABET, check_character
from revivatech.repairs import statuses as s
from revivatech.repairs.models import Handover, Note, Repair, StageRun, WarrantyLine
from revivatech.testing.factories import make_business, make_location, make_staff

from .chains import Log, told_of

TOWNS = ("London Bridge", "Manchester", "Leeds", "Bristol")
MODELS = 2_000
FIRST = (
    "Adam",
    "Aisha",
    "Alan",
    "Amelia",
    "Amir",
    "Anna",
    "Ben",
    "Bella",
    "Carl",
    "Chloe",
    "Daniel",
    "Deepa",
    "Edward",
    "Ella",
    "Fatima",
    "Finn",
    "George",
    "Grace",
    "Hannah",
    "Harry",
    "Ines",
    "Isaac",
    "Jack",
    "Jasmine",
    "John",
    "Julia",
    "Karim",
    "Kate",
    "Leo",
    "Lily",
    "Maria",
    "Mark",
    "Mia",
    "Mohammed",
    "Nadia",
    "Noah",
    "Olivia",
    "Oscar",
    "Paul",
    "Priya",
    "Quentin",
    "Rachel",
    "Ravi",
    "Rosa",
    "Sam",
    "Sofia",
    "Thomas",
    "Uma",
    "Victor",
    "Wendy",
    "Xavier",
    "Yasmin",
    "Zain",
    "Zoe",
)
SOUNDS = ("ba", "ber", "bram", "car", "chen", "den", "dor", "fen", "gar", "gil", "hal", "har", "hol", "jen", "kel", "ker", "lan", "lin", "mar", "mor", "nor", "os", "pat", "pen", "quin", "rad", "ren", "ros", "sel", "shaw", "sil", "tan", "tor", "ul", "ver", "wal", "wick", "yar", "zim")  # fmt: skip
ENDINGS = (
    "by",
    "dale",
    "don",
    "field",
    "ford",
    "ham",
    "ley",
    "man",
    "mer",
    "son",
    "stead",
    "ster",
    "ston",
    "ter",
    "ton",
    "well",
    "wood",
    "worth",
)
FAULTS = ("The screen is cracked and stays dark.", "The battery lasts an hour.", "It fell into water and will not start.",
          "The charging port is loose.", "The rear camera shows black.")  # fmt: skip
SERVICES = ("screen", "battery", "liquid_damage", "charging_port", "camera")
COLOURS = ("Black", "Silver", "Blue", "")
SLOTS, PLACES = 16, 3  # of a day that the made-up bookings use: half-hours from nine, and places of each


YEARS = 4


@cache
def working_day(today: date, number: int, step: int) -> date:
    """The `number`th day after today (before it when `step` is -1) that is no Sunday."""
    day = (today if number == 1 else working_day(today, number - 1, step)) + timedelta(days=step)
    return day + timedelta(days=step) if day.weekday() == 6 else day


@contextmanager
def loading() -> Iterator[psycopg.Cursor[Any]]:
    """A superuser's connection that checks no foreign keys: the generator's rows fit together by construction."""
    with psycopg.connect(os.environ["BENCH_LOADER_URL"]) as connection, connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("SET timezone = 'UTC'")
        yield cursor


class Table:
    """Rows for COPY. Columns that a row does not name get the model's default, so a new column needs no change here."""

    def __init__(self, model: type[models.Model], *names: str) -> None:
        self.name = model._meta.db_table
        fields = [field for field in model._meta.concrete_fields if field.column and not field.generated]
        rest = [field for field in fields if field.column not in names]
        self.columns = [*names, *(field.column for field in rest)]
        self.rest = tuple(_prepared(field) for field in rest)
        self.buffer: list[tuple[Any, ...]] = []

    def add(self, *values: Any) -> None:
        self.buffer.append(values + self.rest)

    def write(self, cursor: psycopg.Cursor[Any]) -> None:
        with cursor.copy(f"COPY {self.name} ({', '.join(self.columns)}) FROM STDIN") as copy:  # type: ignore[arg-type]
            for row in self.buffer:
                copy.write_row(row)
        self.buffer.clear()

    def settle(self, cursor: psycopg.Cursor[Any]) -> None:
        """The next row the product adds gets the next number."""
        cursor.execute(
            f"SELECT setval(pg_get_serial_sequence('{self.name}', 'id'), (SELECT coalesce(max(id), 1) FROM {self.name}))"
        )


def _prepared(field: models.Field[Any, Any]) -> Any:
    value = field.get_default()
    return Jsonb(value) if isinstance(field, models.JSONField) else value


def fill(repairs: int, *, start: int, day: date) -> None:
    now = datetime.combine(day, time(9, 30), tzinfo=UTC)
    people = _shop()
    maker = Maker(repairs, Random(start), now, people)
    with loading() as cursor:
        maker.begin(cursor)
        maker.customers(cursor)
        for first in range(0, repairs, 10_000):
            for number in range(first, min(first + 10_000, repairs)):
                maker.repair(number)
            maker.write(cursor)
        for table in maker.tables:
            table.settle(cursor)
    with psycopg.connect(os.environ["BENCH_LOADER_URL"], autocommit=True) as connection:
        connection.execute("VACUUM (ANALYZE)")


def _shop() -> dict[str, Any]:
    """Its branches, people and prices, made as tests make them: they can sign in with the tests' password."""
    make_business(terms="")
    install_starter_prices()
    PriceRule.objects.filter(reviewed_at=None).update(reviewed_at=datetime.now(UTC))
    places = [make_location(town, slot_capacity=4, walk_in_places=0) for town in TOWNS]
    staff = [make_staff(OWNER, email="owner@bench.example", name="Olga")]
    for place in places:
        staff += [
            make_staff(role, at=place, email=f"{role}-{place.pk}-{number}@bench.example", name=f"{role} {number}")
            for role in (TECHNICIAN, FRONT_DESK, MANAGER)
            for number in (1, 2)
        ]
    models_ = DeviceModel.objects.listed().order_by("pk").values_list("pk", "category")[:MODELS]
    services = dict(Service.objects.values_list("key", "pk"))
    return {"places": places, "staff": staff, "models": list(models_), "services": services}


class Maker:
    def __init__(self, repairs: int, dice: Random, now: datetime, people: Mapping[str, Any]) -> None:
        self.total, self.dice, self.now, self.people = repairs, dice, now, people
        self.customer_count = max(20, repairs // 4)
        self.device_count = max(24, self.customer_count * 6 // 5)
        self.coming = min(repairs // 50, 900)  # booked for the next days: the last repairs
        self.open = max(1, repairs // 100)
        self.log = Log()
        self.past = self.ahead = 0
        t = Table
        self.repair_ = t(Repair, "id", "code", "token", "status", "outcome", "urgency", "description", "services", "price",
                         "agreed_pence", "created_at", "received_at", "stage_started_at", "stage_due_at", "ready_by",
                         "completed_at", "assigned_to_id", "booked_device_id", "customer_id", "device_id", "location_id",
                         "bench_minutes")  # fmt: skip
        self.run = t(
            StageRun, "id", "repair_id", "stage", "status", "started_at", "ended_at", "due_at", "estimate_minutes"
        )
        self.note = t(Note, "id", "repair_id", "body", "for_customer", "author_label", "at")
        self.handover = t(Handover, "id", "repair_id", "at", "method", "received_by", "identity", "by_id")
        self.warranty = t(WarrantyLine, "id", "repair_id", "position", "service_key", "label", "days", "starts_on",
                          "ends_on", "zone_name")  # fmt: skip
        self.booking = t(Booking, "id", "code", "token", "customer_id", "location_id", "handover", "starts_at", "ends_at",
                         "status", "total_pence", "price_holds_until", "terms_version", "created_at")  # fmt: skip
        self.booked = t(BookedDevice, "id", "booking_id", "position", "device_id", "description", "backup")
        self.issue = t(BookedIssue, "id", "booked_device_id", "service_id")
        self.place = t(SlotPlace, "id", "location_id", "starts_at", "ends_at", "place", "booking_id")
        self.message = t(Message, "id", "event_id", "template", "customer_id", "location_id", "about_kind", "about_id",
                         "to_address", "to_name", "subject", "text", "status", "created_at", "sent_at")  # fmt: skip
        self.event = t(EventRecord, "id", "name", "subject_kind", "subject_id", "sequence", "payload", "actor_kind",
                       "actor_id", "actor_label", "request_id", "at", "previous_hash", "hash")  # fmt: skip
        self.head = t(EventHead, "id", "subject_kind", "subject_id", "sequence", "hash", "event_id", "seal")
        self.tables = [self.repair_, self.run, self.note, self.handover, self.warranty, self.booking, self.booked,
                       self.issue, self.place, self.message, self.event, self.head]  # fmt: skip
        self.next_id = dict.fromkeys((table.name for table in self.tables), 0)

    def begin(self, cursor: psycopg.Cursor[Any]) -> None:
        """Count on from what the shop itself has written, such as the events of its prices."""
        for table in self.tables:
            found = cursor.execute(f"SELECT coalesce(max(id), 0) FROM {table.name}").fetchone()
            assert found is not None
            self.next_id[table.name] = found[0]

    def customers(self, cursor: psycopg.Cursor[Any]) -> None:
        people = Table(Customer, "id", "name", "email", "phone", "created_at")
        devices = Table(CustomerDevice, "id", "customer_id", "model_id", "category", "described", "serial", "imei", "colour",
                        "created_at")  # fmt: skip
        pick, began = self.dice.choice, self.now - timedelta(days=365 * YEARS)
        self.names: list[str] = []
        for number in range(1, self.customer_count + 1):
            last = (pick(SOUNDS) + pick(SOUNDS) + pick(ENDINGS)).capitalize()
            name = f"{pick(FIRST)} {last}"
            self.names.append(name)
            email = f"{name.replace(' ', '.').lower()}{number}@bench.example"
            people.add(number, name, email, f"+4477{number % 100_000_000:08d}", began)
        for number in range(1, self.device_count + 1):
            model, category = self.people["models"][self.dice.randrange(len(self.people["models"]))]
            serial = "".join(self.dice.choices(ALPHABET, k=10)) if number % 3 else ""
            imei = f"35{number:013d}" if category == "smartphone" and number % 2 else ""
            devices.add(number, self._owner(number), model, category, "", serial, imei, pick(COLOURS), began)
        for table in (people, devices):
            table.write(cursor)
            table.settle(cursor)

    def _owner(self, device: int) -> int:
        return (device - 1) % self.customer_count + 1

    def write(self, cursor: psycopg.Cursor[Any]) -> None:
        for table in self.tables:
            table.write(cursor)

    def _id(self, table: Table) -> int:
        self.next_id[table.name] += 1
        return self.next_id[table.name]

    def _code(self, prefix: str, number: int) -> str:
        """Every number its own code: multiplied by a prime, so that neighbours do not look alike. The check character must be
        one of the 32, so each number has a few tries."""
        for tried in range(number * 64, number * 64 + 64):
            value = tried * 2_654_435_761 % 32**6
            body = "".join(ALPHABET[value >> shift & 31] for shift in (25, 20, 15, 10, 5, 0))
            if (check := check_character(body)) in ALPHABET:
                break
        return f"{prefix}-{body}{check}"

    def _token(self) -> str:
        return f"{self.dice.getrandbits(192):048x}"[:32]

    def repair(self, number: int) -> None:
        dice, left = self.dice, self.total - number
        device = dice.randrange(self.device_count) + 1
        place = self.people["places"][number % len(TOWNS)]
        kind = number % len(SERVICES)
        if left <= self.coming:
            status = s.BOOKED
        elif left <= self.coming + self.open:
            status = s.OPEN[1 + number % (len(s.OPEN) - 1)]
        else:
            status = s.CANCELLED if number % 33 == 7 else s.COMPLETED
        age = (
            timedelta(days=3 + 362 * YEARS * left / self.total)
            if status in (s.CANCELLED, s.COMPLETED)
            else timedelta(hours=left % 60)
        )
        facts = {
            "number": number, "pk": number + 1, "device": device, "customer": self._owner(device), "place": place,
            "status": status, "kind": kind, "at": self.now - age, "booked": None,
        }  # fmt: skip
        if status == s.BOOKED or number % 10 == 0:
            facts["booked"] = self._book(facts)
        self._row(facts)
        self._history(facts)

    def _book(self, facts: Mapping[str, Any]) -> int:
        pk, coming = self._id(self.booking), facts["status"] == s.BOOKED
        starts = self._slot(facts, coming)
        ends = starts + timedelta(minutes=30)
        status = {s.BOOKED: "confirmed", s.CANCELLED: "cancelled"}.get(facts["status"], "arrived")
        self.booking.add(pk, self._code("BK", pk), self._token(), facts["customer"], facts["place"].pk, "drop_off", starts,
                         ends, status, 15_000, facts["at"] + timedelta(days=7), 1, facts["at"])  # fmt: skip
        booked = self._id(self.booked)
        self.booked.add(booked, pk, 1, facts["device"], FAULTS[facts["kind"]], "full")
        self.issue.add(self._id(self.issue), booked, self.people["services"][SERVICES[facts["kind"]]])
        if status != "cancelled":
            which = self.ahead if coming else self.past
            self.place.add(self._id(self.place), facts["place"].pk, starts, ends, which // SLOTS % PLACES + 1, pk)
        if coming:
            self.ahead += 1
        else:
            self.past += 1
        return booked

    def _slot(self, facts: Mapping[str, Any], coming: bool) -> datetime:
        """Every booking a place of its own: half-hours of a day, then places, then the next working day, forwards or back."""
        which = self.ahead if coming else self.past
        days, rest = divmod(which, SLOTS * PLACES)
        day = working_day(self.now.date(), days + 1, 1 if coming else -1)
        opens = datetime.combine(day, time(9), tzinfo=facts["place"].zone).astimezone(UTC)
        return opens + timedelta(minutes=30) * (rest % SLOTS)

    def _row(self, facts: Mapping[str, Any]) -> None:
        status, at, number, pk = facts["status"], facts["at"], facts["number"], facts["pk"]
        closed, here = status in (s.COMPLETED, s.CANCELLED), status != s.BOOKED
        technicians = [user for user in self.people["staff"] if user.full_name.startswith("technician")]
        tech = None if number % 4 == 0 and not closed else technicians[number % len(technicians)].pk
        due = None if closed or not here else at + timedelta(hours=4 + number % 90)
        urgency = ("standard", "standard", "standard", "priority", "same_day")[number % 5] if not closed else "standard"
        self.repair_.add(pk, self._code("RT", pk), self._token(), status, "repaired" if status == s.COMPLETED or status == s.READY_FOR_PICKUP else "",
                         urgency, FAULTS[facts["kind"]], Jsonb([SERVICES[facts["kind"]]]), Jsonb({}), 15_000 if here else None,
                         at, at if here else None, at if here and not closed else None, due,
                         due + timedelta(hours=20) if due else None, at + timedelta(hours=52) if status == s.COMPLETED else None,
                         tech, facts["booked"], facts["customer"], facts["device"], facts["place"].pk, 60)  # fmt: skip
        if not here:
            return
        for step, stage in enumerate(
            s.STATUSES[key] for key in (s.INITIAL_ASSESSMENT, s.DIAGNOSIS, s.REPAIR_WORK, s.READY_FOR_PICKUP)
        ):
            stage_number = s.STATUSES[status].stage or 7
            if (status == s.CANCELLED and step) or stage.stage is None or stage.stage > stage_number:
                break
            begun = at + timedelta(hours=12 * step)
            last = not closed and (stage.key == status)
            self.run.add(self._id(self.run), pk, stage.stage, stage.key, begun, None if last else begun + timedelta(hours=12),
                         begun + timedelta(hours=10), 120)  # fmt: skip
        if number % 2:
            self.note.add(self._id(self.note), pk, "Opened; no trace of liquid.", number % 4 == 1, "technician 1", at)
        if status == s.COMPLETED:
            end = at + timedelta(hours=52)
            self.handover.add(
                self._id(self.handover), pk, end, "collected", "The customer", "name", self.people["staff"][0].pk
            )
            self.warranty.add(self._id(self.warranty), pk, 1, SERVICES[facts["kind"]], SERVICES[facts["kind"]].capitalize(), 90,
                              end.date(), end.date() + timedelta(days=89), "Europe/London")  # fmt: skip

    def _history(self, facts: Mapping[str, Any]) -> None:
        """The log of the repair, linked and sealed as the product does it, and one message about its last step."""
        pk, at = facts["pk"], facts["at"]
        told = list(told_of(facts["status"], booked=facts["booked"] is not None))
        by = self.people["staff"][1 + pk % (len(self.people["staff"]) - 1)]
        last = 0
        for row in self.log.of("repair", pk, told, actor=("staff", by.pk, by.full_name), at=at):
            last = self._id(self.event)
            self.event.add(last, *row)
        self.head.add(self._id(self.head), "repair", pk, *self.log.head, last, self.log.seal("repair", pk))
        name = self.names[facts["customer"] - 1]
        self.message.add(self._id(self.message), last, "repair_ready", facts["customer"], facts["place"].pk, "repair", pk,
                         f"{name.replace(' ', '.').lower()}{facts['customer']}@bench.example", name,
                         f"Your repair {self._code('RT', pk)}", f"Dear {name}", "sent", at, at)  # fmt: skip
