"""Who is acting. Every verb takes `by: Actor`; nothing reads a thread-local user."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

ActorKind = Literal["visitor", "customer", "staff", "link", "system"]


@dataclass(frozen=True, slots=True)
class Grant:
    """Permissions held at one location, or at all of them when `location_id` is None."""

    permissions: frozenset[str]
    location_id: int | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    """A person, a private link or the system itself, with what it may do.

    `link` names the one thing a private link opened, such as `("repair", 12)`; such an actor sees nothing else.
    """

    kind: ActorKind
    user_id: int | None = None
    label: str = ""
    grants: tuple[Grant, ...] = ()
    second_factor: bool = False
    link: tuple[str, int] | None = None

    @property
    def itself(self) -> Actor:
        """The actor behind a lazy stand-in, which costs a little at each look."""
        return self

    @property
    def is_staff(self) -> bool:
        return self.kind == "staff"

    @property
    def is_system(self) -> bool:
        return self.kind == "system"

    def may(self, permission: str, *, at: int | None = None) -> bool:
        """Whether the permission is held; with `at`, held at that location. The system may do everything."""
        if self.kind == "system":
            return True
        return any(
            permission in grant.permissions and (at is None or grant.location_id in (None, at)) for grant in self.grants
        )

    def locations_for(self, permission: str) -> frozenset[int] | None:
        """Locations where the permission is held; None means every location, an empty set means nowhere."""
        if self.kind == "system":
            return None
        held = [grant.location_id for grant in self.grants if permission in grant.permissions]
        if None in held:
            return None
        return frozenset(location for location in held if location is not None)

    def opened(self, kind: str, pk: int) -> bool:
        """Whether this actor came by the private link of exactly that thing."""
        return self.link == (kind, pk)


def visitor() -> Actor:
    return Actor("visitor", label="Visitor")


def by_link(kind: str, pk: int, *, label: str = "Private link") -> Actor:
    return Actor("link", label=label, link=(kind, pk))


def system(label: str = "RevivaTech") -> Actor:
    """Jobs and commands act under this name."""
    return Actor("system", label=label)


def staff(user_id: int, label: str, grants: Iterable[Grant], *, second_factor: bool) -> Actor:
    return Actor("staff", user_id=user_id, label=label, grants=tuple(grants), second_factor=second_factor)
