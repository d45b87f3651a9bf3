"""What happens to a customer. Names of changed fields only, never their values: this log is not erased with the person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from revivatech.platform.events.base import Event


@dataclass(frozen=True, kw_only=True)
class CustomerCreated(Event):
    name: ClassVar[str] = "customer.created"
    says = _("A customer was added")
    subject_field: ClassVar[str] = "customer_id"

    customer_id: int


@dataclass(frozen=True, kw_only=True)
class CustomerChanged(Event):
    name: ClassVar[str] = "customer.changed"
    says = _("A customer’s details were changed")
    subject_field: ClassVar[str] = "customer_id"

    customer_id: int
    fields: list[str]


@dataclass(frozen=True, kw_only=True)
class CustomersMerged(Event):
    """The rows of `merged_id` belong to `customer_id` now, until that is undone. `moved` counts them by kind."""

    name: ClassVar[str] = "customer.merged"
    says = _("Two customers were merged")
    subject_field: ClassVar[str] = "customer_id"

    customer_id: int
    merged_id: int
    moved: dict[str, int]


@dataclass(frozen=True, kw_only=True)
class CustomersUnmerged(Event):
    """`restored_id` is a customer of its own again, with the rows it had."""

    name: ClassVar[str] = "customer.unmerged"
    says = _("A merge of customers was undone")
    subject_field: ClassVar[str] = "customer_id"

    customer_id: int
    restored_id: int


@dataclass(frozen=True, kw_only=True)
class DevicesMerged(Event):
    """Two entries were one device: what belonged to `merged_id` belongs to `device_id` now."""

    name: ClassVar[str] = "customer.devices_merged"
    says = _("Two devices of a customer were merged")
    subject_field: ClassVar[str] = "customer_id"

    customer_id: int
    device_id: int
    merged_id: int
    moved: dict[str, int]


@dataclass(frozen=True, kw_only=True)
class DevicesUnmerged(Event):
    name: ClassVar[str] = "customer.devices_unmerged"
    says = _("A merge of devices was undone")
    subject_field: ClassVar[str] = "customer_id"

    customer_id: int
    device_id: int
    restored_id: int


@dataclass(frozen=True, kw_only=True)
class CustomerNoted(Event):
    """Staff wrote a note about the customer. Its words are in the note, which can be erased."""

    name: ClassVar[str] = "customer.noted"
    says = _("A note on a customer was written")
    subject_field: ClassVar[str] = "customer_id"

    customer_id: int
    note_id: int
    flagged: bool


@dataclass(frozen=True, kw_only=True)
class CustomerNoteRemoved(Event):
    name: ClassVar[str] = "customer.note_removed"
    says = _("A note on a customer was removed")
    subject_field: ClassVar[str] = "customer_id"

    customer_id: int
    note_id: int


@dataclass(frozen=True, kw_only=True)
class AccountJoined(Event):
    """A person who signed up owns this profile now."""

    name: ClassVar[str] = "customer.account_joined"
    says = _("A customer was joined to an account")
    subject_field: ClassVar[str] = "customer_id"

    customer_id: int
    user_id: int


@dataclass(frozen=True, kw_only=True)
class DeviceAdded(Event):
    name: ClassVar[str] = "customer.device_added"
    says = _("A customer’s device was added")
    subject_field: ClassVar[str] = "customer_id"

    customer_id: int
    device_id: int


@dataclass(frozen=True, kw_only=True)
class ConsentRecorded(Event):
    name: ClassVar[str] = "customer.consent_recorded"
    says = _("A customer’s consent was recorded")
    codes = {
        "topic": {"terms": _("Terms of repair"), "marketing": _("News and offers")},
        "channel": {"email": _("E-mail"), "sms": _("Text message"), "push": _("Notification")},
    }
    subject_field: ClassVar[str] = "customer_id"

    customer_id: int
    consent_id: int
    topic: str
    channel: str
    given: bool


@dataclass(frozen=True, kw_only=True)
class CompanyEvent(Event):
    subject_field: ClassVar[str] = "company_id"
    company_id: int


@dataclass(frozen=True, kw_only=True)
class CompanyAdded(CompanyEvent):
    """A business account was opened."""

    name: ClassVar[str] = "company.added"
    says = _("A business account was opened")


@dataclass(frozen=True, kw_only=True)
class CompanyChanged(CompanyEvent):
    name: ClassVar[str] = "company.changed"
    says = _("A business account was changed")
    fields: list[str]


@dataclass(frozen=True, kw_only=True)
class CompanyClosed(CompanyEvent):
    """Nobody speaks for it any more; what was repaired for it stays."""

    name: ClassVar[str] = "company.closed"
    says = _("A business account was closed")


@dataclass(frozen=True, kw_only=True)
class ContactInvited(CompanyEvent):
    name: ClassVar[str] = "company.contact_invited"
    says = _("Somebody was invited to a business account")
    invitation_id: int
    rights: list[str]


@dataclass(frozen=True, kw_only=True)
class ContactInvitationWithdrawn(CompanyEvent):
    name: ClassVar[str] = "company.invitation_withdrawn"
    says = _("An invitation to a business account was taken back")
    invitation_id: int


@dataclass(frozen=True, kw_only=True)
class ContactJoined(CompanyEvent):
    """`customer_id` speaks for the company from now on; `rights` are book, approve and manage."""

    name: ClassVar[str] = "company.contact_joined"
    says = _("Somebody joined a business account")
    customer_id: int
    rights: list[str]


@dataclass(frozen=True, kw_only=True)
class ContactRightsChanged(CompanyEvent):
    name: ClassVar[str] = "company.contact_rights_changed"
    says = _("Rights in a business account were changed")
    customer_id: int
    before: list[str]
    after: list[str]


@dataclass(frozen=True, kw_only=True)
class ContactRemoved(CompanyEvent):
    """Left or was removed: sees nothing of the company any more."""

    name: ClassVar[str] = "company.contact_removed"
    says = _("Somebody left a business account")
    customer_id: int
