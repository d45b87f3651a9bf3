"""Who may see and add files: the thing they belong to decides. A kind nobody registered is closed to everybody.

register("repair", may_see=…, may_add=…)      in the package's AppConfig.ready
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from revivatech.platform.actors import Actor
from revivatech.platform.problems import NotFound

if TYPE_CHECKING:
    from .models import StoredFile

MaySee = Callable[[Actor, "StoredFile"], bool]
MayAdd = Callable[[Actor, int], None]


class _Policy(NamedTuple):
    may_see: MaySee
    may_add: MayAdd


_POLICIES: dict[str, _Policy] = {}


def register(kind: str, *, may_see: MaySee, may_add: MayAdd) -> None:
    """`may_see(actor, file)` answers for each file; `may_add(actor, id)` returns, or raises the problem to show."""
    _POLICIES[kind] = _Policy(may_see, may_add)


def may_see(actor: Actor, file: StoredFile) -> bool:
    policy = _POLICIES.get(file.about_kind)
    return policy is not None and policy.may_see(actor, file)


def check_may_add(actor: Actor, kind: str, pk: int) -> None:
    policy = _POLICIES.get(kind)
    if policy is None:
        raise NotFound
    policy.may_add(actor, pk)
