"""What happens to people and their access. Subject `user`, or `invitation` while there is no user yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from revivatech.platform.events import Event

from .permissions import BUILT_IN_ROLES, PERMISSIONS

# Held roles as JSON: `[["technician", 3], ["owner", None]]`, role key and location id (None: everywhere).
Held = list[list[str | int | None]]
_ROLES = {key: name for key, (name, _permissions) in BUILT_IN_ROLES.items()}
_WAYS = {
    "password": _("Password"),
    "code": _("Code"),
    "totp": _("Authenticator app"),
    "webauthn": _("Passkey"),
    "recovery_codes": _("Recovery codes"),
    "password_reset": _("Link to set a password"),
}


@dataclass(frozen=True, kw_only=True)
class UserEvent(Event):
    subject_field: ClassVar[str] = "user_id"
    user_id: int


@dataclass(frozen=True, kw_only=True)
class InvitationEvent(Event):
    subject_field: ClassVar[str] = "invitation_id"
    invitation_id: int


@dataclass(frozen=True, kw_only=True)
class OwnerCreated(UserEvent):
    """The one-time link was used. It is also why the owner's e-mail counts as verified."""

    name: ClassVar[str] = "user.owner_created"
    says = _("The owner’s account was created")
    email: str


@dataclass(frozen=True, kw_only=True)
class UserSignedUp(UserEvent):
    name: ClassVar[str] = "user.signed_up"
    says = _("An account was created")
    email: str
    terms_accepted: bool


@dataclass(frozen=True, kw_only=True)
class EmailVerified(UserEvent):
    """The person proved that they read this mailbox. Bookings made as a guest with it may join their account."""

    name: ClassVar[str] = "user.email_verified"
    says = _("An e-mail address was confirmed")
    email: str


@dataclass(frozen=True, kw_only=True)
class PasswordChanged(UserEvent):
    """`how` is change, reset or set."""

    name: ClassVar[str] = "user.password_changed"
    says = _("A password was changed")
    codes = {
        "how": {
            "change": _("Changed with the old one"),
            "reset": _("By a link from an e-mail"),
            "set": _("Set for the first time"),
        }
    }
    how: str


@dataclass(frozen=True, kw_only=True)
class SecondFactorAdded(UserEvent):
    """`kind` is totp, webauthn or recovery_codes."""

    name: ClassVar[str] = "user.second_factor_added"
    says = _("A second factor was added")
    codes = {"kind": _WAYS}
    kind: str


@dataclass(frozen=True, kw_only=True)
class SecondFactorRemoved(UserEvent):
    name: ClassVar[str] = "user.second_factor_removed"
    says = _("A second factor was removed")
    codes = {"kind": _WAYS}
    kind: str


@dataclass(frozen=True, kw_only=True)
class ProfileChanged(UserEvent):
    name: ClassVar[str] = "user.profile_changed"
    says = _("An account’s details were changed")
    fields: list[str]


@dataclass(frozen=True, kw_only=True)
class LanguageChosen(UserEvent):
    """The person reads and is written to in it from now on. `language` is a code, such as `pt`."""

    name: ClassVar[str] = "user.language_chosen"
    says = _("A language was chosen")
    language: str


@dataclass(frozen=True, kw_only=True)
class MembershipChanged(UserEvent):
    name: ClassVar[str] = "user.membership_changed"
    says = _("Somebody’s roles were changed")
    codes = {"before": _ROLES, "after": _ROLES}
    before: Held
    after: Held


@dataclass(frozen=True, kw_only=True)
class SignedIn(UserEvent):
    """A session began. `how` lists the steps, such as password and totp; `device` is the browser in words."""

    name: ClassVar[str] = "user.signed_in"
    says = _("Somebody signed in")
    codes = {"how": _WAYS}
    how: list[str]
    device: str
    new_device: bool = False


@dataclass(frozen=True, kw_only=True)
class SignInFailed(UserEvent):
    """A wrong `step` (password, code or passkey). For an address without an account the user is 0; the address typed is not
    kept, for people type passwords there."""

    name: ClassVar[str] = "user.sign_in_failed"
    says = _("A sign-in failed")
    codes = {"step": _WAYS}
    step: str
    device: str


@dataclass(frozen=True, kw_only=True)
class DataExported(UserEvent):
    """This user took data out: `what`, how many `rows` (None when streamed), narrowed to `chosen`."""

    name: ClassVar[str] = "user.data_exported"
    says = _("Data was exported")
    what: str
    rows: int | None = None
    chosen: dict[str, str] | None = None


@dataclass(frozen=True, kw_only=True)
class RoleEvent(Event):
    subject_field: ClassVar[str] = "role_id"
    role_id: int


@dataclass(frozen=True, kw_only=True)
class RoleAdded(RoleEvent):
    name: ClassVar[str] = "role.added"
    says = _("A role was added")
    codes = {"permissions": PERMISSIONS}
    title: str
    permissions: list[str]


@dataclass(frozen=True, kw_only=True)
class RoleChanged(RoleEvent):
    """The names and permissions before and after; everybody who holds the role is affected at once."""

    name: ClassVar[str] = "role.changed"
    says = _("A role was changed")
    codes = {"gained": PERMISSIONS, "lost": PERMISSIONS}
    title: list[str]
    gained: list[str]
    lost: list[str]


@dataclass(frozen=True, kw_only=True)
class RoleRemoved(RoleEvent):
    """Nobody held it any more."""

    name: ClassVar[str] = "role.removed"
    says = _("A role was removed")
    codes = {"permissions": PERMISSIONS}
    title: str
    permissions: list[str]


@dataclass(frozen=True, kw_only=True)
class SecondFactorReset(UserEvent):
    """Every second factor of the person was taken away by somebody else, for `reason`; they set up a new one."""

    name: ClassVar[str] = "user.second_factor_reset"
    says = _("Somebody’s second factor was reset")
    reason: str


@dataclass(frozen=True, kw_only=True)
class UserRemoved(UserEvent):
    """No longer staff, and out for good. Their open work goes to `successor_id`, or to nobody when that is None."""

    name: ClassVar[str] = "user.removed"
    says = _("Somebody was removed from the staff")
    codes = {"before": _ROLES}
    reason: str
    before: Held
    successor_id: int | None


@dataclass(frozen=True, kw_only=True)
class StaffImported(UserEvent):
    """A list of `rows` people was invited at once by this user; each has an invitation of their own."""

    name: ClassVar[str] = "user.staff_imported"
    says = _("A list of people was invited")
    rows: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class UserSuspended(UserEvent):
    name: ClassVar[str] = "user.suspended"
    says = _("Somebody’s access was suspended")
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class UserReactivated(UserEvent):
    name: ClassVar[str] = "user.reactivated"
    says = _("Somebody’s access was restored")


@dataclass(frozen=True, kw_only=True)
class StaffInvited(InvitationEvent):
    """`renewed`: a new link for an invitation that already existed; the old link stopped working."""

    name: ClassVar[str] = "invitation.sent"
    says = _("Somebody was invited")
    codes = {"role": _ROLES}
    email: str
    role: str
    location_id: int | None
    renewed: bool = False


@dataclass(frozen=True, kw_only=True)
class SupportGranted(InvitationEvent):
    """Somebody from outside may help, as `role`, until then (ISO moment) and not longer."""

    name: ClassVar[str] = "support.granted"
    says = _("Support access was given")
    codes = {"role": _ROLES}
    email: str
    role: str
    location_id: int | None
    until: str
    reason: str

    @property
    def subject(self) -> tuple[str, int]:
        return "invitation", self.invitation_id


@dataclass(frozen=True, kw_only=True)
class SupportEnded(UserEvent):
    """Their access is over. `why` is expired or ended."""

    name: ClassVar[str] = "support.ended"
    says = _("Support access ended")
    codes = {"why": {"expired": _("Its time was over"), "ended": _("Ended early")}}
    why: str

    @property
    def subject(self) -> tuple[str, int]:
        return "user", self.user_id


@dataclass(frozen=True, kw_only=True)
class InvitationRevoked(InvitationEvent):
    name: ClassVar[str] = "invitation.revoked"
    says = _("An invitation was taken back")


@dataclass(frozen=True, kw_only=True)
class InvitationAccepted(InvitationEvent):
    name: ClassVar[str] = "invitation.accepted"
    says = _("An invitation was accepted")
    user_id: int


@dataclass(frozen=True, kw_only=True)
class RefreshTokenReused(UserEvent):
    """A token for an app that had been exchanged already came again: it was copied, so that sign-in was ended."""

    name: ClassVar[str] = "user.refresh_token_reused"
    says = _("A copied sign-in of an app was stopped")


@dataclass(frozen=True, kw_only=True)
class SessionEnded(UserEvent):
    """The person signed one of their other devices out."""

    name: ClassVar[str] = "user.session_ended"
    says = _("Another device was signed out")
    device: str


@dataclass(frozen=True, kw_only=True)
class ProviderConnected(UserEvent):
    """An account at a sign-in provider, such as Google, opens this person's account from now on."""

    name: ClassVar[str] = "user.provider_connected"
    says = _("A sign-in provider was connected")
    provider: str


@dataclass(frozen=True, kw_only=True)
class ProviderDisconnected(UserEvent):
    name: ClassVar[str] = "user.provider_disconnected"
    says = _("A sign-in provider was disconnected")
    provider: str


@dataclass(frozen=True, kw_only=True)
class ProviderKeysChanged(Event):
    """The keys for signing in through the provider: the client id before and after; the secret itself is never told."""

    name: ClassVar[str] = "sign_in.keys_changed"
    says = _("The keys of the sign-in provider were changed")
    subject_field: ClassVar[str] = "provider_id"
    provider_id: int
    client_id: list[str]
    secret_changed: bool
