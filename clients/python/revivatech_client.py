"""A client for the RevivaTech API, made by tools/make_client.py from docs/api/openapi.json. Do not edit.

    with Client("https://repairs.example", token="rvk_…") as api:
        for repair in api.pages(api.list_repairs, status="diagnosis"):
            print(repair["code"])

Needs httpx and Python 3.12. A problem is raised as `ApiProblem`; writes take `idempotency_key`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Literal, NotRequired, Self, TypedDict, cast

import httpx


class ApiProblem(Exception):
    """What the API answered instead (RFC 9457). `code` is stable, `extra` is the whole answer."""

    def __init__(self, status: int, said: dict[str, Any]) -> None:
        self.status = status
        self.code = str(said.get("code", "unknown"))
        self.detail = str(said.get("detail", ""))
        self.errors: dict[str, list[str]] = said.get("errors") or {}
        self.extra = said
        super().__init__(f"{status} {self.code}: {self.detail}")


class ShopOut(TypedDict):
    """`terms` are in the language asked for where the shop wrote them in it; `terms_language` says which it is.
`terms_version` and `terms_language` are sent with a booking: they say which terms were accepted."""

    name: str
    currency: str
    terms: str
    terms_version: int
    terms_language: str


class LocationOut(TypedDict):
    id: int
    name: str
    lines: list[str]
    town: str
    postcode: str
    country: str
    time_zone: str
    phone: str
    offers_collection: bool
    offers_post: bool


class Page_LocationOut_(TypedDict):
    items: list[LocationOut]
    next: str | None


class DeviceOut(TypedDict):
    id: int
    name: str
    brand: str
    family: str
    category: Literal["smartphone", "tablet", "laptop", "desktop", "console", "wearable"]
    year: int | None


class Page_DeviceOut_(TypedDict):
    items: list[DeviceOut]
    next: str | None


class Page_ServiceOut_(TypedDict):
    items: list[ServiceOut]
    next: str | None


class PriceChoice(TypedDict):
    """Gross, in the smallest unit of the currency. Without `priced` we quote after a look, and the amount says nothing."""

    quality: Literal["", "original", "premium", "standard"]
    amount_pence: int
    currency: str
    priced: bool
    is_estimate: bool
    minutes: int
    warranty_days: int


class ServiceOut(TypedDict):
    key: str
    name: str
    summary: str
    choices: list[PriceChoice]


class Page_SlotOut_(TypedDict):
    items: list[SlotOut]
    next: str | None


class SlotOut(TypedDict):
    """In UTC. `free` places are left."""

    starts_at: str
    ends_at: str
    free: int


class PriceLineOut(TypedDict):
    kind: str
    label: str
    amount_pence: int
    device: int | None
    quality: str
    minutes: int
    warranty_days: int
    needs_quote: bool


class PriceOut(TypedDict):
    """Gross, in the smallest unit of the currency."""

    lines: list[PriceLineOut]
    total_pence: int
    vat_pence: int
    currency: str
    minutes: int
    is_estimate: bool
    deposit_pence: int


class DeviceIn(TypedDict):
    """From the catalogue (`device`), or in words (`category` and `described`)."""

    device: NotRequired[int | None]
    category: NotRequired[Literal["", "smartphone", "tablet", "laptop", "desktop", "console", "wearable"]]
    described: NotRequired[str]
    services: list[str]
    quality: NotRequired[Literal["", "original", "premium", "standard"]]
    swollen_battery: NotRequired[bool]


class PriceIn(TypedDict):
    devices: list[DeviceIn]
    urgency: NotRequired[Literal["standard", "priority", "same_day"]]
    handover: NotRequired[Literal["drop_off", "collection", "post"]]


class BookedOut(TypedDict):
    device: str
    services: list[str]
    description: str


class BookingOut(TypedDict):
    """`token` opens it without an account, so treat it as a secret. `change_until` null: at any time, or not at all."""

    code: str
    token: str
    status: Literal["confirmed", "arrived", "cancelled"]
    handover: Literal["drop_off", "collection", "post"]
    urgency: Literal["standard", "priority", "same_day"]
    location: int
    location_name: str
    starts_at: str | None
    ends_at: str | None
    change_until: str | None
    customer_name: str
    devices: list[BookedOut]
    total_pence: int
    currency: str
    created_at: str


class AddressIn(TypedDict):
    line1: NotRequired[str]
    line2: NotRequired[str]
    town: NotRequired[str]
    postcode: NotRequired[str]


class BookedDeviceIn(TypedDict):
    device: NotRequired[int | None]
    category: NotRequired[Literal["", "smartphone", "tablet", "laptop", "desktop", "console", "wearable"]]
    described: NotRequired[str]
    services: list[str]
    quality: NotRequired[Literal["", "original", "premium", "standard"]]
    swollen_battery: NotRequired[bool]
    description: str
    backup: Literal["full", "partly", "none", "no_matter"]
    serial: NotRequired[str]
    imei: NotRequired[str]
    condition: NotRequired[str]


class BookingIn(TypedDict):
    """`terms_version` and `terms_language` are those of the terms the customer accepted; `marketing` holds only what they ticked themselves."""

    devices: list[BookedDeviceIn]
    location: int
    handover: NotRequired[Literal["drop_off", "collection", "post"]]
    starts_at: NotRequired[str | None]
    urgency: NotRequired[Literal["standard", "priority", "same_day"]]
    contact: ContactIn
    address: NotRequired[Any]
    shown_pence: int
    terms_version: int
    terms_language: NotRequired[str]
    start_requested: NotRequired[bool]
    marketing: NotRequired[list[Literal["email", "sms"]]]


class ContactIn(TypedDict):
    name: str
    email: str
    phone: NotRequired[str]
    preferred_contact: NotRequired[Literal["email", "phone", "sms"]]
    is_business: NotRequired[bool]
    company: NotRequired[str]
    vat_number: NotRequired[str]


class Page_BookingOut_(TypedDict):
    items: list[BookingOut]
    next: str | None


class ChangeIn(TypedDict):
    starts_at: str


class CancellationIn(TypedDict):
    reason: NotRequired[str]


class Page_RepairBrief_(TypedDict):
    items: list[RepairBrief]
    next: str | None


class RepairBrief(TypedDict):
    """One row of a list."""

    code: str
    status: Literal["booked", "initial_assessment", "diagnosis", "awaiting_approval", "parts_ordering", "repair_work", "quality_check", "final_testing", "ready_for_pickup", "completed", "cancelled"]
    stage: int | None
    outcome: Literal["", "repaired", "declined", "no_fault_found", "not_repairable"]
    urgency: str
    device: str
    location: int
    customer_name: str
    ready_by: str | None
    stage_due_at: str | None
    assigned_to: str | None
    created_at: str
    version: int


class RepairOut(TypedDict):
    """`version` goes into a move: it is refused when somebody else changed the repair meanwhile. `moves` are those open to you."""

    code: str
    status: Literal["booked", "initial_assessment", "diagnosis", "awaiting_approval", "parts_ordering", "repair_work", "quality_check", "final_testing", "ready_for_pickup", "completed", "cancelled"]
    stage: int | None
    outcome: Literal["", "repaired", "declined", "no_fault_found", "not_repairable"]
    urgency: str
    device: str
    location: int
    customer_name: str
    ready_by: str | None
    stage_due_at: str | None
    assigned_to: str | None
    created_at: str
    version: int
    says: str
    description: str
    services: list[str]
    accessories: str
    condition: str | None
    storage_place: str | None
    finding: str
    agreed_pence: int | None
    proposed_pence: int | None
    currency: str
    received_at: str | None
    completed_at: str | None
    stages: list[RunOut]
    moves: list[Literal["booked", "initial_assessment", "diagnosis", "awaiting_approval", "parts_ordering", "repair_work", "quality_check", "final_testing", "ready_for_pickup", "completed", "cancelled"]]


class RunOut(TypedDict):
    stage: int
    status: Literal["booked", "initial_assessment", "diagnosis", "awaiting_approval", "parts_ordering", "repair_work", "quality_check", "final_testing", "ready_for_pickup", "completed", "cancelled"]
    started_at: str
    ended_at: str | None
    worked_minutes: int | None


class MoveIn(TypedDict):
    """`to` decides what else is needed: `reason` for a failed check and a cancellation, `outcome` (and `summary`) for ready."""

    to: Literal["booked", "initial_assessment", "diagnosis", "awaiting_approval", "parts_ordering", "repair_work", "quality_check", "final_testing", "ready_for_pickup", "completed", "cancelled"]
    version: NotRequired[int | None]
    reason: NotRequired[str]
    outcome: NotRequired[Literal["", "repaired", "declined", "no_fault_found", "not_repairable"]]
    summary: NotRequired[str]
    said_by: NotRequired[str]
    how: NotRequired[Literal["", "phone", "counter", "email"]]
    worked_minutes: NotRequired[int | None]
    lead_days: NotRequired[int | None]
    score: NotRequired[int | None]
    verdict: NotRequired[str]
    accessories: NotRequired[str]
    condition: NotRequired[str]
    storage_place: NotRequired[str]


class NoteOut(TypedDict):
    id: int
    body: str
    for_customer: bool
    author: str | None
    at: str


class Page_NoteOut_(TypedDict):
    items: list[NoteOut]
    next: str | None


class NoteIn(TypedDict):
    body: str
    for_customer: NotRequired[bool]


class HandoverIn(TypedDict):
    """Collected or delivered: `identity` says how you made sure who it is (`code`: with `given_code` from their page). Posted: carrier and number."""

    received_by: str
    method: Literal["collected", "delivered", "posted"]
    identity: NotRequired[Literal["", "code", "name", "id"]]
    given_code: NotRequired[str]
    carrier: NotRequired[str]
    tracking_number: NotRequired[str]
    returned: NotRequired[list[str]]
    accessories_note: NotRequired[str]
    version: NotRequired[int | None]


class CheckOut(TypedDict):
    """One function, at intake and at the final test: works, fails, could_not_test, or null when nobody looked."""

    key: str
    label: str
    intake: str | None
    final: str | None
    blocks: bool
    explained: str | None


class Page_CheckOut_(TypedDict):
    items: list[CheckOut]
    next: str | None


class FileOut(TypedDict):
    """`url` answers the picture or PDF to whoever may see it."""

    id: str
    kind: Literal["image", "pdf"]
    name: str
    label: str
    caption: str
    for_customer: bool
    part: str
    url: str
    created_at: str


class Page_FileOut_(TypedDict):
    items: list[FileOut]
    next: str | None


class Page_WarrantyOut_(TypedDict):
    items: list[WarrantyOut]
    next: str | None


class WarrantyOut(TypedDict):
    """One line of the work; a claim or a return names it by `id`."""

    id: int
    label: str
    days: int
    starts_on: str
    ends_on: str
    running: bool


class Page_TimeOut_(TypedDict):
    items: list[TimeOut]
    next: str | None


class TimeOut(TypedDict):
    """`minutes` are what counts, corrections included."""

    technician: str
    status: Literal["booked", "initial_assessment", "diagnosis", "awaiting_approval", "parts_ordering", "repair_work", "quality_check", "final_testing", "ready_for_pickup", "completed", "cancelled"]
    started_at: str
    ended_at: str | None
    minutes: int


class ClockIn(TypedDict):
    turn: Literal["start", "pause", "stop"]


class TrackedOut(TypedDict):
    """What a private link shows: where the device is. No name, no price, no notes."""

    code: str
    status: Literal["booked", "initial_assessment", "diagnosis", "awaiting_approval", "parts_ordering", "repair_work", "quality_check", "final_testing", "ready_for_pickup", "completed", "cancelled"]
    stage: int | None
    outcome: Literal["", "repaired", "declined", "no_fault_found", "not_repairable"]
    says: str
    ready_by: str | None


class ForecastOut(TypedDict):
    """`told` is what the customer would read, empty when nothing would be sent."""

    code: str
    able: bool
    why: str
    told: str


class Page_ForecastOut_(TypedDict):
    items: list[ForecastOut]
    next: str | None


class BulkIn(TypedDict):
    """`to` is a status for `move`, the id of a person or nothing for `assign`, an urgency for `priority`."""

    step: Literal["move", "assign", "priority"]
    to: str
    repairs: list[TickedIn]


class TickedIn(TypedDict):
    """One repair with the `version` you looked at: when somebody changed it since, it is left as it is."""

    code: str
    version: int


class BulkOut(TypedDict):
    """Each repair on its own: some may be `done` and others not. Those missing in `results` are still being done, or were
never reached because we were interrupted; they are as they were."""

    id: int
    step: str
    to: str
    at: str
    undone_at: str | None
    done: int
    refused: int
    results: list[BulkResultOut]


class BulkResultOut(TypedDict):
    """`why` says what was in the way. `undone` is `yes`, or why this one was left, once the change was taken back."""

    code: str
    done: bool
    why: str
    undone: str


class FilterOut(TypedDict):
    """`location` is where it is shared, null for your own. `words` says for people what it narrows down to."""

    id: int
    name: str
    location: int | None
    may_change: bool
    words: str
    q: str
    status: str
    whose: str
    late: bool
    urgency: str
    at: int | None
    closed: bool


class Page_FilterOut_(TypedDict):
    items: list[FilterOut]
    next: str | None


class FilterIn(TypedDict):
    """The same name again, at the same place, replaces what it held. With `location` it is shared with everybody there."""

    name: str
    location: NotRequired[int | None]
    q: NotRequired[str]
    status: NotRequired[Literal["booked", "initial_assessment", "diagnosis", "awaiting_approval", "parts_ordering", "repair_work", "quality_check", "final_testing", "ready_for_pickup", "completed", "cancelled"] | None]
    whose: NotRequired[Literal["", "mine", "nobody"]]
    late: NotRequired[bool]
    urgency: NotRequired[Literal["", "priority", "same_day"]]
    at: NotRequired[int | None]
    closed: NotRequired[bool]


class FilterNameIn(TypedDict):
    name: str


class ChecklistOut(TypedDict):
    """`open`: it can be gone through now."""

    kind: Literal["intake", "exit"]
    open: bool
    lines: list[QuestionOut]


class QuestionOut(TypedDict):
    """One function to look at. An empty `state` means that nobody said anything of it yet."""

    key: str
    label: str
    group: str
    state: Literal["", "works", "fails", "could_not_test"]
    note: str
    before: str


class AnsweredIn(TypedDict):
    state: Literal["works", "fails", "could_not_test"]
    note: NotRequired[str]


class ChecklistIn(TypedDict):
    """`answers` by the key of the function; they replace what was kept. With `finish` each needs one, and the list counts."""

    answers: Any
    finish: NotRequired[bool]
    version: NotRequired[int | None]


class ReasonsIn(TypedDict):
    """By the key of a function that worked at intake and does not now. The customer reads them."""

    reasons: Any
    version: NotRequired[int | None]


class Page_VerdictOut_(TypedDict):
    items: list[VerdictOut]
    next: str | None


class VerdictOut(TypedDict):
    id: int
    passed: bool
    score: int | None
    reason: str
    by: str
    at: str


class NextJobOut(TypedDict):
    """`presses`: what makes it urgent. `unfit`: stored as not doing this work."""

    repair: RepairBrief
    points: int
    unfit: bool
    presses: list[str]
    lines: list[ScoreLineOut]


class NextJobsOut(TypedDict):
    jobs: list[NextJobOut]
    waiting: int


class ScoreLineOut(TypedDict):
    """One part of a score: 28 of 40, and why."""

    label: str
    points: int
    most: int
    reasons: list[str]


class Page_TechnicianOut_(TypedDict):
    items: list[TechnicianOut]
    next: str | None


class TechnicianOut(TypedDict):
    id: int
    name: str
    points: int
    unfit: bool
    lines: list[ScoreLineOut]


class AssignIn(TypedDict):
    """`technician` null: nobody's again."""

    technician: int | None
    version: NotRequired[int | None]


class Page_ShiftNoteOut_(TypedDict):
    items: list[ShiftNoteOut]
    next: str | None


class PromisedOut(TypedDict):
    code: str
    device: str
    status: Literal["booked", "initial_assessment", "diagnosis", "awaiting_approval", "parts_ordering", "repair_work", "quality_check", "final_testing", "ready_for_pickup", "completed", "cancelled"]
    ready_by: str | None
    who: str


class ReadOut(TypedDict):
    by: str
    words: str
    at: str


class RunningOut(TypedDict):
    code: str
    who: str
    since: str


class ShiftNoteOut(TypedDict):
    """What was written, and the bench as it was at that moment. `read` is null until the next shift acknowledged it."""

    id: int
    location: int
    body: str
    author: str
    at: str
    standing: list[StandingOut]
    promised: list[PromisedOut]
    more_promised: int
    clocks: list[RunningOut]
    read: ReadOut | None


class StandingOut(TypedDict):
    status: Literal["booked", "initial_assessment", "diagnosis", "awaiting_approval", "parts_ordering", "repair_work", "quality_check", "final_testing", "ready_for_pickup", "completed", "cancelled"]
    repairs: int


class ShiftNoteIn(TypedDict):
    """With `stop_clock` your own running clock stops first."""

    location: int
    body: str
    stop_clock: NotRequired[bool]


class ReadIn(TypedDict):
    words: NotRequired[str]


class ClaimOut(TypedDict):
    """`return_code`: the repair that was opened for it."""

    id: int
    repair: str
    lines: list[str]
    fault: str
    at: str
    status: Literal["open", "accepted", "declined"]
    answer: str
    answered_at: str | None
    answered_by: str | None
    return_code: str | None


class Page_ClaimOut_(TypedDict):
    items: list[ClaimOut]
    next: str | None


class ClaimIn(TypedDict):
    """What is wrong now, and with which of the work; no lines: the customer does not know."""

    fault: str
    lines: NotRequired[list[int]]


class RefusalIn(TypedDict):
    """The customer reads it."""

    answer: str


class ReturnIn(TypedDict):
    """`accepted_reason`: why it is taken free of charge although it is not covered; for whoever may override."""

    fault: str
    lines: NotRequired[list[int]]
    accepted_reason: NotRequired[str]
    accessories: NotRequired[str]
    condition: NotRequired[str]
    claim: NotRequired[int | None]


class CauseIn(TypedDict):
    """`other` needs a note: the customer is asked to pay. `renews` starts the lines anew at hand-over."""

    cause: Literal["part", "workmanship", "other", "unknown"]
    note: NotRequired[str]
    renews: NotRequired[bool]
    version: NotRequired[int | None]


class CertificateOut(TypedDict):
    """`facts` is what was signed; null when the certificate is not genuine. It says nothing of the customer."""

    token: str
    version: int
    standing: Literal["valid", "superseded", "invalid"]
    issued_at: str
    facts: Any | None
    signature: str
    public_key: str


class IssuedOut(TypedDict):
    """One line of a list; `token` leads to the rest."""

    token: str
    repair: str
    version: int
    standing: Literal["valid", "superseded", "invalid"]
    issued_at: str


class Page_IssuedOut_(TypedDict):
    items: list[IssuedOut]
    next: str | None


class Page_QuoteOut_(TypedDict):
    items: list[QuoteOut]
    next: str | None


class QuoteLineOut(TypedDict):
    id: int
    kind: str
    label: str
    quantity: int
    unit_pence: int
    gross_pence: int
    optional: bool
    warranty_days: int


class QuoteOptionOut(TypedDict):
    id: int
    title: str
    text: str
    recommended: bool
    total_pence: int
    warranty_days: int
    lines: list[QuoteLineOut]


class QuoteOut(TypedDict):
    """Gross, in the smallest unit of the currency. `state` is what can be done with it: only an open one can be answered."""

    id: int
    repair: str
    version: int
    state: Literal["open", "approved", "declined", "over", "replaced", "draft"]
    finding: str
    currency: str
    valid_until: str | None
    low_pence: int
    high_pence: int
    decline_pence: int
    options: list[QuoteOptionOut]
    lines: list[QuoteLineOut]
    chosen_pence: int | None
    revision: int | None


class AnswerIn(TypedDict):
    """Approve with the option, the optional lines ticked and the total that was shown; decline with a reason."""

    approved: bool
    option: NotRequired[int | None]
    ticked: NotRequired[list[int]]
    seen_pence: NotRequired[int]
    reason: NotRequired[str]
    said_by: str
    how: NotRequired[Literal["", "phone", "counter", "email"]]


class DraftIn(TypedDict):
    """The whole draft; what it held before is gone. `services` are priced by your rules, `lines` are part of every option."""

    finding: NotRequired[str]
    services: NotRequired[list[str]]
    options: NotRequired[list[OptionIn]]
    lines: NotRequired[list[LineIn]]
    needs_parts: NotRequired[bool]
    lead_days: NotRequired[int]
    work_days: NotRequired[int | None]
    replacement: NotRequired[str]
    fee_waived: NotRequired[bool]
    revision: NotRequired[int | None]


class LineIn(TypedDict):
    """Gross, for one piece. Only a discount is below nothing."""

    kind: Literal["part", "labour", "fee", "diagnostic", "discount"]
    label: str
    unit_pence: int
    quantity: NotRequired[int]
    optional: NotRequired[bool]
    warranty_days: NotRequired[int]
    minutes: NotRequired[int]


class OptionIn(TypedDict):
    title: str
    text: NotRequired[str]
    recommended: NotRequired[bool]
    lines: NotRequired[list[LineIn]]


class SendingIn(TypedDict):
    """What you looked at: the draft's `revision` and the repair's `version`."""

    revision: int
    repair_version: int


class CustomerOut(TypedDict):
    """`flags` are for staff: what to know before going on. `phone` is in the international format. `seen` goes into a change."""

    id: int
    name: str
    email: str
    phone: str
    preferred_contact: Literal["email", "phone", "sms"]
    is_business: bool
    company: str
    vat_number: str
    has_account: bool
    flags: list[str]
    created_at: str
    language: str
    seen: str


class Page_CustomerOut_(TypedDict):
    items: list[CustomerOut]
    next: str | None


class CustomerIn(TypedDict):
    """One of `email` and `phone` is needed. `despite`: make a new one although somebody shares the address or number."""

    name: str
    email: NotRequired[str]
    phone: NotRequired[str]
    preferred_contact: NotRequired[Literal["email", "phone", "sms"]]
    is_business: NotRequired[bool]
    company: NotRequired[str]
    vat_number: NotRequired[str]
    language: NotRequired[Literal["en-gb", "pt"] | None]
    despite: NotRequired[bool]


class OwnedDeviceOut(TypedDict):
    id: int
    name: str
    category: str
    model: int | None
    serial: str
    imei: str
    colour: str


class Page_OwnedDeviceOut_(TypedDict):
    items: list[OwnedDeviceOut]
    next: str | None


class DuplicatesOut(TypedDict):
    """`customers` share the e-mail address or the number; `devices` may be one. Nothing is merged by itself."""

    customers: list[CustomerOut]
    devices: list[TwinsOut]


class TwinsOut(TypedDict):
    keep: OwnedDeviceOut
    other: OwnedDeviceOut


class ComparedOut(TypedDict):
    """`lost`: the other one's value differs and stays in its own record only."""

    label: str
    kept: str
    other: str
    result: str
    lost: bool


class MovesOut(TypedDict):
    what: str
    count: int


class PreviewOut(TypedDict):
    """What a merge would do. Send `seen` with it: when one of them changed meanwhile, the merge is refused."""

    lines: list[ComparedOut]
    moves: list[MovesOut]
    refused: str
    seen: str


class MergeOut(TypedDict):
    """A merge that stands. `other` names the customer or the device that became part of this one."""

    id: int
    about: Literal["customer", "device"]
    other: int
    other_name: str
    by: str
    at: str


class Page_MergeOut_(TypedDict):
    items: list[MergeOut]
    next: str | None


class MergeIn(TypedDict):
    """`seen` as the preview gave it."""

    other: int
    seen: str


class DeviceMergeIn(TypedDict):
    keep: int
    other: int


class CustomerChangeIn(TypedDict):
    """What is left out stays. `seen` of the customer as you read it: when somebody changed them since, nothing is written."""

    name: NotRequired[str | None]
    email: NotRequired[str | None]
    phone: NotRequired[str | None]
    preferred_contact: NotRequired[Literal["email", "phone", "sms"] | None]
    is_business: NotRequired[bool | None]
    company: NotRequired[str | None]
    vat_number: NotRequired[str | None]
    language: NotRequired[Literal["en-gb", "pt"] | None]
    seen: NotRequired[str]


class CustomerNoteOut(TypedDict):
    """A flagged one is shown wherever staff meet the customer, and stands in their `flags`."""

    id: int
    body: str
    flagged: bool
    author: str
    at: str


class Page_CustomerNoteOut_(TypedDict):
    items: list[CustomerNoteOut]
    next: str | None


class CustomerNoteIn(TypedDict):
    body: str
    flagged: NotRequired[bool]


class CompanyOut(TypedDict):
    id: int
    name: str
    vat_number: str
    contacts: int
    closed: bool
    created_at: str


class Page_CompanyOut_(TypedDict):
    items: list[CompanyOut]
    next: str | None


class CompanyIn(TypedDict):
    name: str
    vat_number: NotRequired[str]


class ContactOut(TypedDict):
    """`customer` is the id under /customers."""

    id: int
    customer: int
    name: str
    may_book: bool
    may_approve: bool
    manages: bool
    since: str


class Page_ContactOut_(TypedDict):
    items: list[ContactOut]
    next: str | None


class NewContactIn(TypedDict):
    """`customer` is the id under /customers."""

    may_book: NotRequired[bool]
    may_approve: NotRequired[bool]
    manages: NotRequired[bool]
    customer: int


class CompanyChangeIn(TypedDict):
    """What is left out stays."""

    name: NotRequired[str | None]
    vat_number: NotRequired[str | None]


class RightsIn(TypedDict):
    """What a contact may do beside seeing the company's repairs. What is left out is no."""

    may_book: NotRequired[bool]
    may_approve: NotRequired[bool]
    manages: NotRequired[bool]


class ContactInvitationOut(TypedDict):
    id: int
    email: str
    may_book: bool
    may_approve: bool
    manages: bool
    expires_at: str


class Page_ContactInvitationOut_(TypedDict):
    items: list[ContactInvitationOut]
    next: str | None


class InvitedOut(TypedDict):
    """`link` only when the shop sends no e-mail: hand it over, it is not told again."""

    id: int
    email: str
    may_book: bool
    may_approve: bool
    manages: bool
    expires_at: str
    link: str | None


class ContactInvitationIn(TypedDict):
    """`language` of the letter, unless we know the person's own."""

    may_book: NotRequired[bool]
    may_approve: NotRequired[bool]
    manages: NotRequired[bool]
    email: str
    language: NotRequired[Literal["en-gb", "pt"] | None]


class LiveOut(TypedDict):
    """Send `{"subscribe": [token]}` at `url`. `handles` says which word of the hub's messages means which topic."""

    token: str
    url: str
    expires_in: int
    handles: dict[str, str]


class LiveIn(TypedDict):
    topics: list[str]


class Client:
    """One shop. `token` is a key or an access token; without one only what is open to anybody works."""

    def __init__(self, address: str, *, token: str = "", http: httpx.Client | None = None) -> None:
        self._http = http or httpx.Client(timeout=30.0)
        self._own = http is None
        self._address = address.rstrip("/") + "/api/v1"
        self._headers = {"Accept": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_problem: object) -> None:
        if self._own:
            self._http.close()

    def pages(self, operation: Callable[..., Any], **arguments: Any) -> Iterator[Any]:
        """Every item of a list, page after page."""
        page = operation(**arguments)
        yield from page["items"]
        while page["next"]:
            page = operation(**arguments, cursor=page["next"])
            yield from page["items"]

    def _send(
        self, method: str, path: str, *, query: dict[str, Any] | None = None, body: Any = None, key: str = "",
        form: dict[str, Any] | None = None, files: Any = None,
    ) -> httpx.Response:
        headers = self._headers | ({"Idempotency-Key": key} if key else {})
        asked = {name: value for name, value in (query or {}).items() if value is not None}
        response = self._http.request(
            method, self._address + path, params=asked, json=body, data=form, files=files, headers=headers
        )
        if response.status_code >= 400:
            is_json = "json" in response.headers.get("Content-Type", "")
            raise ApiProblem(response.status_code, response.json() if is_json else {})
        return response

    def get_shop(self) -> ShopOut:
        """The business and its terms."""
        return cast(ShopOut, self._send("GET", "/shop").json())

    def list_locations(self) -> Page_LocationOut_:
        """Where devices are brought and collected."""
        return cast(Page_LocationOut_, self._send("GET", "/locations").json())

    def list_devices(self, *, q: str | None = None, category: Literal["smartphone", "tablet", "laptop", "desktop", "console", "wearable"] | None = None, cursor: str | None = None, limit: int | None = None) -> Page_DeviceOut_:
        """Search the catalogue."""
        return cast(Page_DeviceOut_, self._send("GET", "/devices", query={"q": q, "category": category, "cursor": cursor, "limit": limit}).json())

    def list_services(self, *, device: int) -> Page_ServiceOut_:
        """What we do to a device, and what it costs."""
        return cast(Page_ServiceOut_, self._send("GET", "/services", query={"device": device}).json())

    def list_slots(self, *, location: int, from_: str, to: str, handover: Literal["drop_off", "collection", "post"] | None = None, urgency: Literal["standard", "priority", "same_day"] | None = None, services: list[str] | None = None, work_minutes: int | None = None) -> Page_SlotOut_:
        """Times that can be booked."""
        return cast(Page_SlotOut_, self._send("GET", "/slots", query={"location": location, "from": from_, "to": to, "handover": handover, "urgency": urgency, "services": services, "work_minutes": work_minutes}).json())

    def ask_price(self, body: PriceIn) -> PriceOut:
        """What a booking would cost."""
        return cast(PriceOut, self._send("POST", "/prices", body=body).json())

    def create_booking(self, body: BookingIn, *, idempotency_key: str = "") -> BookingOut:
        """Book."""
        return cast(BookingOut, self._send("POST", "/bookings", body=body, key=idempotency_key).json())

    def list_bookings(self, *, cursor: str | None = None, limit: int | None = None) -> Page_BookingOut_:
        """Bookings you may see."""
        return cast(Page_BookingOut_, self._send("GET", "/bookings", query={"cursor": cursor, "limit": limit}).json())

    def get_booking(self, token: str) -> BookingOut:
        """One booking, by its private link."""
        return cast(BookingOut, self._send("GET", f"/bookings/{token}").json())

    def change_booking(self, token: str, body: ChangeIn, *, idempotency_key: str = "") -> BookingOut:
        """Move to another time."""
        return cast(BookingOut, self._send("POST", f"/bookings/{token}/changes", body=body, key=idempotency_key).json())

    def cancel_booking(self, token: str, body: CancellationIn, *, idempotency_key: str = "") -> BookingOut:
        """Cancel."""
        return cast(BookingOut, self._send("POST", f"/bookings/{token}/cancellation", body=body, key=idempotency_key).json())

    def list_repairs(self, *, q: str | None = None, status: Literal["booked", "initial_assessment", "diagnosis", "awaiting_approval", "parts_ordering", "repair_work", "quality_check", "final_testing", "ready_for_pickup", "completed", "cancelled"] | None = None, closed: bool | None = None, mine: bool | None = None, unassigned: bool | None = None, late: bool | None = None, urgency: Literal["", "priority", "same_day"] | None = None, location: int | None = None, filter: int | None = None, cursor: str | None = None) -> Page_RepairBrief_:
        """Repairs you may see."""
        return cast(Page_RepairBrief_, self._send("GET", "/repairs", query={"q": q, "status": status, "closed": closed, "mine": mine, "unassigned": unassigned, "late": late, "urgency": urgency, "location": location, "filter": filter, "cursor": cursor}).json())

    def get_repair(self, code: str) -> RepairOut:
        """One repair."""
        return cast(RepairOut, self._send("GET", f"/repairs/{code}").json())

    def move_repair(self, code: str, body: MoveIn, *, idempotency_key: str = "") -> RepairOut:
        """Move it on."""
        return cast(RepairOut, self._send("POST", f"/repairs/{code}/moves", body=body, key=idempotency_key).json())

    def list_notes(self, code: str, *, cursor: str | None = None, limit: int | None = None) -> Page_NoteOut_:
        """Its notes."""
        return cast(Page_NoteOut_, self._send("GET", f"/repairs/{code}/notes", query={"cursor": cursor, "limit": limit}).json())

    def create_note(self, code: str, body: NoteIn, *, idempotency_key: str = "") -> NoteOut:
        """Add a note."""
        return cast(NoteOut, self._send("POST", f"/repairs/{code}/notes", body=body, key=idempotency_key).json())

    def hand_over_repair(self, code: str, body: HandoverIn, *, idempotency_key: str = "") -> RepairOut:
        """Hand the device back."""
        return cast(RepairOut, self._send("POST", f"/repairs/{code}/handover", body=body, key=idempotency_key).json())

    def list_checks(self, code: str) -> Page_CheckOut_:
        """What was checked."""
        return cast(Page_CheckOut_, self._send("GET", f"/repairs/{code}/checklists").json())

    def list_files(self, code: str, *, cursor: str | None = None, limit: int | None = None) -> Page_FileOut_:
        """Photos and documents."""
        return cast(Page_FileOut_, self._send("GET", f"/repairs/{code}/files", query={"cursor": cursor, "limit": limit}).json())

    def create_file(self, code: str, file: Any, *, idempotency_key: str = "", **form: Any) -> FileOut:
        """Add a photo or a PDF."""
        return cast(FileOut, self._send("POST", f"/repairs/{code}/files", form=form, files={"file": file}, key=idempotency_key).json())

    def get_file(self, uuid: str, *, size: Literal["small", "medium", "large", "full"] | None = None) -> bytes:
        """The picture or PDF itself."""
        return self._send("GET", f"/files/{uuid}", query={"size": size}).content

    def list_warranty(self, code: str) -> Page_WarrantyOut_:
        """Its warranty."""
        return cast(Page_WarrantyOut_, self._send("GET", f"/repairs/{code}/warranty").json())

    def list_time(self, code: str, *, cursor: str | None = None, limit: int | None = None) -> Page_TimeOut_:
        """Time on the job."""
        return cast(Page_TimeOut_, self._send("GET", f"/repairs/{code}/time", query={"cursor": cursor, "limit": limit}).json())

    def turn_clock(self, code: str, body: ClockIn, *, idempotency_key: str = "") -> Page_TimeOut_:
        """Start or stop your clock."""
        return cast(Page_TimeOut_, self._send("POST", f"/repairs/{code}/clock", body=body, key=idempotency_key).json())

    def get_tracking(self, token: str) -> TrackedOut:
        """Where it is, by its private link."""
        return cast(TrackedOut, self._send("GET", f"/tracking/{token}").json())

    def preview_bulk(self, body: BulkIn) -> Page_ForecastOut_:
        """What a step would do to several."""
        return cast(Page_ForecastOut_, self._send("POST", "/bulk-previews", body=body).json())

    def make_bulk_change(self, body: BulkIn, *, idempotency_key: str = "") -> BulkOut:
        """Take a step for several repairs."""
        return cast(BulkOut, self._send("POST", "/bulk-changes", body=body, key=idempotency_key).json())

    def get_bulk_change(self, change: int) -> BulkOut:
        """What became of it."""
        return cast(BulkOut, self._send("GET", f"/bulk-changes/{change}").json())

    def undo_bulk_change(self, change: int, *, idempotency_key: str = "") -> BulkOut:
        """Take it back."""
        return cast(BulkOut, self._send("POST", f"/bulk-changes/{change}/reversal", key=idempotency_key).json())

    def list_filters(self, *, cursor: str | None = None, limit: int | None = None) -> Page_FilterOut_:
        """Saved filters."""
        return cast(Page_FilterOut_, self._send("GET", "/filters", query={"cursor": cursor, "limit": limit}).json())

    def save_filter(self, body: FilterIn, *, idempotency_key: str = "") -> FilterOut:
        """Keep a filter."""
        return cast(FilterOut, self._send("POST", "/filters", body=body, key=idempotency_key).json())

    def rename_filter(self, filter: int, body: FilterNameIn, *, idempotency_key: str = "") -> FilterOut:
        """Rename a filter."""
        return cast(FilterOut, self._send("POST", f"/filters/{filter}/name", body=body, key=idempotency_key).json())

    def remove_filter(self, filter: int, *, idempotency_key: str = "") -> Page_FilterOut_:
        """Remove a filter."""
        return cast(Page_FilterOut_, self._send("POST", f"/filters/{filter}/removal", key=idempotency_key).json())

    def get_checklist(self, code: str, kind: str) -> ChecklistOut:
        """A list to go through."""
        return cast(ChecklistOut, self._send("GET", f"/repairs/{code}/checklists/{kind}").json())

    def fill_checklist(self, code: str, kind: str, body: ChecklistIn, *, idempotency_key: str = "") -> ChecklistOut:
        """Fill it in."""
        return cast(ChecklistOut, self._send("POST", f"/repairs/{code}/checklists/{kind}", body=body, key=idempotency_key).json())

    def explain_differences(self, code: str, body: ReasonsIn, *, idempotency_key: str = "") -> Page_CheckOut_:
        """Explain differences."""
        return cast(Page_CheckOut_, self._send("POST", f"/repairs/{code}/explanations", body=body, key=idempotency_key).json())

    def list_quality_checks(self, code: str) -> Page_VerdictOut_:
        """What the checks said."""
        return cast(Page_VerdictOut_, self._send("GET", f"/repairs/{code}/quality-checks").json())

    def list_next_jobs(self) -> NextJobsOut:
        """What you should take up next."""
        return cast(NextJobsOut, self._send("GET", "/next-jobs").json())

    def list_technicians(self, code: str) -> Page_TechnicianOut_:
        """Who could take it."""
        return cast(Page_TechnicianOut_, self._send("GET", f"/repairs/{code}/technicians").json())

    def assign_repair(self, code: str, body: AssignIn, *, idempotency_key: str = "") -> RepairOut:
        """Say whose it is."""
        return cast(RepairOut, self._send("POST", f"/repairs/{code}/assignment", body=body, key=idempotency_key).json())

    def list_shift_notes(self, *, unread: bool | None = None, cursor: str | None = None, limit: int | None = None) -> Page_ShiftNoteOut_:
        """Notes between shifts."""
        return cast(Page_ShiftNoteOut_, self._send("GET", "/shift-notes", query={"unread": unread, "cursor": cursor, "limit": limit}).json())

    def write_shift_note(self, body: ShiftNoteIn, *, idempotency_key: str = "") -> ShiftNoteOut:
        """Leave one for the next shift."""
        return cast(ShiftNoteOut, self._send("POST", "/shift-notes", body=body, key=idempotency_key).json())

    def acknowledge_shift_note(self, note: int, body: ReadIn, *, idempotency_key: str = "") -> ShiftNoteOut:
        """Say that you read it."""
        return cast(ShiftNoteOut, self._send("POST", f"/shift-notes/{note}/acknowledgement", body=body, key=idempotency_key).json())

    def list_waiting_claims(self, *, cursor: str | None = None, limit: int | None = None) -> Page_ClaimOut_:
        """Claims nobody answered yet."""
        return cast(Page_ClaimOut_, self._send("GET", "/claims", query={"cursor": cursor, "limit": limit}).json())

    def list_claims(self, code: str, *, cursor: str | None = None, limit: int | None = None) -> Page_ClaimOut_:
        """Claims about it."""
        return cast(Page_ClaimOut_, self._send("GET", f"/repairs/{code}/claims", query={"cursor": cursor, "limit": limit}).json())

    def claim_warranty(self, code: str, body: ClaimIn, *, idempotency_key: str = "") -> ClaimOut:
        """Claim the warranty."""
        return cast(ClaimOut, self._send("POST", f"/repairs/{code}/claims", body=body, key=idempotency_key).json())

    def add_claim_photo(self, code: str, claim: int, file: Any, *, idempotency_key: str = "", **form: Any) -> FileOut:
        """Show what is wrong."""
        return cast(FileOut, self._send("POST", f"/repairs/{code}/claims/{claim}/photos", form=form, files={"file": file}, key=idempotency_key).json())

    def decline_claim(self, code: str, claim: int, body: RefusalIn, *, idempotency_key: str = "") -> ClaimOut:
        """Decline a claim."""
        return cast(ClaimOut, self._send("POST", f"/repairs/{code}/claims/{claim}/refusal", body=body, key=idempotency_key).json())

    def open_return(self, code: str, body: ReturnIn, *, idempotency_key: str = "") -> RepairOut:
        """Take it back in."""
        return cast(RepairOut, self._send("POST", f"/repairs/{code}/returns", body=body, key=idempotency_key).json())

    def set_return_cause(self, code: str, body: CauseIn, *, idempotency_key: str = "") -> RepairOut:
        """Why it came back."""
        return cast(RepairOut, self._send("POST", f"/repairs/{code}/cause", body=body, key=idempotency_key).json())

    def get_certificate(self, code: str) -> CertificateOut:
        """Its certificate."""
        return cast(CertificateOut, self._send("GET", f"/repairs/{code}/certificate").json())

    def list_certificates(self, *, cursor: str | None = None, limit: int | None = None) -> Page_IssuedOut_:
        """Certificates issued."""
        return cast(Page_IssuedOut_, self._send("GET", "/certificates", query={"cursor": cursor, "limit": limit}).json())

    def list_certificates_of(self, code: str, *, cursor: str | None = None, limit: int | None = None) -> Page_IssuedOut_:
        """All its certificates."""
        return cast(Page_IssuedOut_, self._send("GET", f"/repairs/{code}/certificates", query={"cursor": cursor, "limit": limit}).json())

    def issue_certificate_again(self, code: str, *, idempotency_key: str = "") -> CertificateOut:
        """Issue it again."""
        return cast(CertificateOut, self._send("POST", f"/repairs/{code}/certificates", key=idempotency_key).json())

    def verify_certificate(self, token: str) -> CertificateOut:
        """Verify a certificate."""
        return cast(CertificateOut, self._send("GET", f"/certificates/{token}").json())

    def list_quotes(self, code: str) -> Page_QuoteOut_:
        """Its quotes."""
        return cast(Page_QuoteOut_, self._send("GET", f"/repairs/{code}/quotes").json())

    def start_quote(self, code: str, *, idempotency_key: str = "") -> QuoteOut:
        """Begin a quote."""
        return cast(QuoteOut, self._send("POST", f"/repairs/{code}/quotes", key=idempotency_key).json())

    def get_quote(self, token: str) -> QuoteOut:
        """One quote, by its private link."""
        return cast(QuoteOut, self._send("GET", f"/quotes/{token}").json())

    def answer_quote(self, token: str, body: AnswerIn, *, idempotency_key: str = "") -> QuoteOut:
        """Answer it."""
        return cast(QuoteOut, self._send("POST", f"/quotes/{token}/answer", body=body, key=idempotency_key).json())

    def write_draft(self, code: str, body: DraftIn, *, idempotency_key: str = "") -> QuoteOut:
        """Write the draft."""
        return cast(QuoteOut, self._send("POST", f"/repairs/{code}/quotes/draft", body=body, key=idempotency_key).json())

    def discard_draft(self, code: str, *, idempotency_key: str = "") -> RepairOut:
        """Throw the draft away."""
        return cast(RepairOut, self._send("POST", f"/repairs/{code}/quotes/draft/removal", key=idempotency_key).json())

    def send_draft(self, code: str, body: SendingIn, *, idempotency_key: str = "") -> QuoteOut:
        """Send it."""
        return cast(QuoteOut, self._send("POST", f"/repairs/{code}/quotes/draft/sending", body=body, key=idempotency_key).json())

    def list_customers(self, *, q: str | None = None, cursor: str | None = None, limit: int | None = None) -> Page_CustomerOut_:
        """Find customers."""
        return cast(Page_CustomerOut_, self._send("GET", "/customers", query={"q": q, "cursor": cursor, "limit": limit}).json())

    def create_customer(self, body: CustomerIn, *, idempotency_key: str = "") -> CustomerOut:
        """Enter a customer."""
        return cast(CustomerOut, self._send("POST", "/customers", body=body, key=idempotency_key).json())

    def get_customer(self, customer: int) -> CustomerOut:
        """One customer."""
        return cast(CustomerOut, self._send("GET", f"/customers/{customer}").json())

    def list_customer_devices(self, customer: int, *, cursor: str | None = None, limit: int | None = None) -> Page_OwnedDeviceOut_:
        """Their devices."""
        return cast(Page_OwnedDeviceOut_, self._send("GET", f"/customers/{customer}/devices", query={"cursor": cursor, "limit": limit}).json())

    def list_duplicates(self, customer: int) -> DuplicatesOut:
        """Who may be the same."""
        return cast(DuplicatesOut, self._send("GET", f"/customers/{customer}/duplicates").json())

    def preview_merge(self, customer: int, other: int) -> PreviewOut:
        """Before a merge."""
        return cast(PreviewOut, self._send("GET", f"/customers/{customer}/merge-previews/{other}").json())

    def list_merges(self, customer: int) -> Page_MergeOut_:
        """Merges that stand."""
        return cast(Page_MergeOut_, self._send("GET", f"/customers/{customer}/merges").json())

    def merge_customers(self, customer: int, body: MergeIn, *, idempotency_key: str = "") -> CustomerOut:
        """Merge another into it."""
        return cast(CustomerOut, self._send("POST", f"/customers/{customer}/merges", body=body, key=idempotency_key).json())

    def merge_devices(self, customer: int, body: DeviceMergeIn, *, idempotency_key: str = "") -> OwnedDeviceOut:
        """Merge two devices."""
        return cast(OwnedDeviceOut, self._send("POST", f"/customers/{customer}/device-merges", body=body, key=idempotency_key).json())

    def undo_merge(self, customer: int, merge: int, *, idempotency_key: str = "") -> Page_MergeOut_:
        """Undo a merge."""
        return cast(Page_MergeOut_, self._send("POST", f"/customers/{customer}/merges/{merge}/reversal", key=idempotency_key).json())

    def change_customer(self, customer: int, body: CustomerChangeIn, *, idempotency_key: str = "") -> CustomerOut:
        """Change a customer."""
        return cast(CustomerOut, self._send("POST", f"/customers/{customer}/details", body=body, key=idempotency_key).json())

    def list_customer_notes(self, customer: int, *, cursor: str | None = None, limit: int | None = None) -> Page_CustomerNoteOut_:
        """Notes about them."""
        return cast(Page_CustomerNoteOut_, self._send("GET", f"/customers/{customer}/notes", query={"cursor": cursor, "limit": limit}).json())

    def create_customer_note(self, customer: int, body: CustomerNoteIn, *, idempotency_key: str = "") -> CustomerNoteOut:
        """Write a note about them."""
        return cast(CustomerNoteOut, self._send("POST", f"/customers/{customer}/notes", body=body, key=idempotency_key).json())

    def remove_customer_note(self, customer: int, note: int, *, idempotency_key: str = "") -> CustomerOut:
        """Remove a note."""
        return cast(CustomerOut, self._send("POST", f"/customers/{customer}/notes/{note}/removal", key=idempotency_key).json())

    def list_companies(self, *, q: str | None = None, cursor: str | None = None, limit: int | None = None) -> Page_CompanyOut_:
        """Find business accounts."""
        return cast(Page_CompanyOut_, self._send("GET", "/companies", query={"q": q, "cursor": cursor, "limit": limit}).json())

    def create_company(self, body: CompanyIn, *, idempotency_key: str = "") -> CompanyOut:
        """Open a business account."""
        return cast(CompanyOut, self._send("POST", "/companies", body=body, key=idempotency_key).json())

    def get_company(self, company: int) -> CompanyOut:
        """One business account."""
        return cast(CompanyOut, self._send("GET", f"/companies/{company}").json())

    def list_contacts(self, company: int) -> Page_ContactOut_:
        """Who speaks for it."""
        return cast(Page_ContactOut_, self._send("GET", f"/companies/{company}/contacts").json())

    def add_contact(self, company: int, body: NewContactIn, *, idempotency_key: str = "") -> ContactOut:
        """Add a contact."""
        return cast(ContactOut, self._send("POST", f"/companies/{company}/contacts", body=body, key=idempotency_key).json())

    def change_company(self, company: int, body: CompanyChangeIn, *, idempotency_key: str = "") -> CompanyOut:
        """Change a business account."""
        return cast(CompanyOut, self._send("POST", f"/companies/{company}/details", body=body, key=idempotency_key).json())

    def close_company(self, company: int, *, idempotency_key: str = "") -> CompanyOut:
        """Close a business account."""
        return cast(CompanyOut, self._send("POST", f"/companies/{company}/closing", key=idempotency_key).json())

    def change_contact_rights(self, company: int, contact: int, body: RightsIn, *, idempotency_key: str = "") -> ContactOut:
        """Change what they may."""
        return cast(ContactOut, self._send("POST", f"/companies/{company}/contacts/{contact}/rights", body=body, key=idempotency_key).json())

    def remove_contact(self, company: int, contact: int, *, idempotency_key: str = "") -> Page_ContactOut_:
        """Remove a contact."""
        return cast(Page_ContactOut_, self._send("POST", f"/companies/{company}/contacts/{contact}/removal", key=idempotency_key).json())

    def list_contact_invitations(self, company: int) -> Page_ContactInvitationOut_:
        """Open invitations."""
        return cast(Page_ContactInvitationOut_, self._send("GET", f"/companies/{company}/invitations").json())

    def invite_contact(self, company: int, body: ContactInvitationIn, *, idempotency_key: str = "") -> InvitedOut:
        """Invite a contact."""
        return cast(InvitedOut, self._send("POST", f"/companies/{company}/invitations", body=body, key=idempotency_key).json())

    def withdraw_contact_invitation(self, company: int, invitation: int, *, idempotency_key: str = "") -> Page_ContactInvitationOut_:
        """Withdraw an invitation."""
        return cast(Page_ContactInvitationOut_, self._send("POST", f"/companies/{company}/invitations/{invitation}/withdrawal", key=idempotency_key).json())

    def subscribe(self, body: LiveIn) -> LiveOut:
        """Leave to hear of changes."""
        return cast(LiveOut, self._send("POST", "/live", body=body).json())
