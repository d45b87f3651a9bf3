"""People who sign in, their roles, and the links that let the first ones in."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper

from revivatech.platform import clock


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email__iexact=username or "")


class User(AbstractBaseUser):
    """A person with a sign-in. Staff have memberships; a customer has a customers.Customer that points here."""

    email = models.EmailField(max_length=254)
    full_name = models.CharField(max_length=120, blank=True)
    phone = models.CharField(max_length=20, blank=True)
    locale = models.CharField(max_length=10, default="en-gb")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=clock.now)
    suspended_at = models.DateTimeField(null=True, blank=True)
    shortcuts = models.BooleanField(default=True)  # single keys do something; WCAG 2.1.4 asks for a way out
    muted = ArrayField(models.CharField(max_length=60), default=list)  # messages to staff that this person does without
    removed_at = models.DateTimeField(null=True, blank=True)  # no longer staff; the row stays for what they did

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [
            models.UniqueConstraint(Upper("email"), name="user_email_once"),  # as `iexact` asks
            models.CheckConstraint(condition=Q(removed_at=None) | Q(is_active=False), name="user_removed_is_out"),
        ]
        indexes = [
            # Any part of a name or address, as `icontains` asks: every customer with an account is here too.
            GinIndex(
                OpClass(Upper("full_name"), name="gin_trgm_ops"),
                OpClass(Upper("email"), name="gin_trgm_ops"),
                name="user_part",
            ),
            models.Index(fields=["removed_at"], condition=Q(removed_at__isnull=False), name="user_removed"),
        ]

    def __str__(self) -> str:
        return self.full_name or self.email

    def get_full_name(self) -> str:
        return self.full_name or self.email

    # Django's checks and allauth ask these; nobody here may enter an admin site.
    is_staff = False
    is_superuser = False


class Role(models.Model):
    """A named set of permissions (names from `permissions.PERMISSIONS`)."""

    key = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    permissions = ArrayField(models.CharField(max_length=60), default=list)
    offered = ArrayField(models.CharField(max_length=60), default=list)  # given once by `roles.sync_built_in`
    built_in = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A person holds a role at one location, or at all when `location` is empty."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="memberships")
    location = models.ForeignKey("shop.Location", on_delete=models.PROTECT, null=True, blank=True)
    since = models.DateTimeField(default=clock.now)
    until = models.DateTimeField(null=True, blank=True)  # support access: it ends by itself
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["until"], name="membership_ends", condition=Q(until__isnull=False))]
        constraints = [
            models.UniqueConstraint(fields=["user", "role", "location"], nulls_distinct=False, name="membership_once")
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.role}"


class Invitation(models.Model):
    """Lets one person of that e-mail address join the staff. Only the token's SHA-256 is kept."""

    email = models.EmailField(max_length=254)
    role = models.ForeignKey(Role, on_delete=models.PROTECT)
    location = models.ForeignKey("shop.Location", on_delete=models.PROTECT, null=True, blank=True)
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    until = models.DateTimeField(null=True, blank=True)  # of the membership it leads to
    reason = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=10, default="en-gb")  # of the message, and of the page its link opens

    def __str__(self) -> str:
        return f"{self.email} as {self.role}"


class SignInKeys(models.Model):
    """One row: the keys for signing in through the provider. The secret is encrypted with a key outside the database."""

    client_id = models.CharField(max_length=200, blank=True)
    secret_sealed = models.TextField(blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="one_sign_in_keys")]

    def __str__(self) -> str:
        return self.client_id or "off"


class OwnerLink(models.Model):
    """The one-time link, printed at first start, that creates the owner."""

    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"owner link of {self.created_at:%d %b %Y}"
