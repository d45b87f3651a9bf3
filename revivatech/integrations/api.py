"""Live updates for apps: leave to hear that something changed, over the same socket as pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from django.conf import settings
from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from revivatech.accounts.access import acting, require
from revivatech.booking.topics import diary_topic
from revivatech.customers.queries import own_profile
from revivatech.customers.topics import customer as customer_topic
from revivatech.platform.actors import Actor
from revivatech.platform.api.schemas import In
from revivatech.platform.api.who import Who
from revivatech.platform.problems import NotFound
from revivatech.platform.realtime.tokens import LIFETIME, MOST_TOPICS, issue_app_token, topic_handle
from revivatech.repairs.models import Repair
from revivatech.repairs.topics import CLAIMS, queue_topic, repair_topic

router = Router(tags=["Live updates"])
Name = Annotated[
    str,
    Field(
        pattern="^(repair:RT-[0-9A-Z]{7}|(queue|diary):[1-9][0-9]{0,8}|claims|customer:me)$",
        description="`repair:RT-…`, `queue:` or `diary:` with the id of a location, `claims`, or `customer:me`.",
    ),
]


class LiveIn(In):
    topics: Annotated[list[Name], Field(min_length=1, max_length=MOST_TOPICS)]


class LiveOut(Schema):
    """Send `{"subscribe": [token]}` at `url`. `handles` says which word of the hub's messages means which topic."""

    token: str
    url: str
    expires_in: int = Field(description="Seconds; ask again before they are over.")
    handles: dict[str, str]


@router.post("/live", response=LiveOut, auth=Who("repairs.view"), summary="Leave to hear of changes")
def subscribe(request: HttpRequest, asked: LiveIn) -> Any:
    """The socket says only that a topic changed; read what it is now from its own operation."""
    actor = acting(request)
    topics = {name: _topic(name, actor) for name in dict.fromkeys(asked.topics)}
    token = issue_app_token(list(topics.values()), f"user:{actor.user_id}")
    handles = {name: topic_handle(topic) for name, topic in topics.items()}
    return LiveOut(token=token, url=settings.LIVE_URL or _address(request), expires_in=LIFETIME, handles=handles)


def _topic(name: str, actor: Actor) -> str:
    """The topic behind a name, for whoever may see what it is about."""
    kind, _colon, key = name.partition(":")
    topics: dict[str, Callable[[], str]] = {
        "repair": lambda: _repair(key, actor),
        "queue": lambda: _at("repairs.view", int(key), actor, queue_topic),
        "diary": lambda: _at("bookings.view", int(key), actor, diary_topic),
        "claims": lambda: _claims(actor),
        "customer": lambda: _own(actor),
    }
    return topics[kind]()


def _repair(code: str, actor: Actor) -> str:
    pk = Repair.objects.visible_to(actor).filter(code=code).values_list("pk", flat=True).first()
    if pk is None:
        raise NotFound
    return repair_topic(pk)


def _at(permission: str, location_id: int, actor: Actor, topic: Callable[[int], str]) -> str:
    require(actor, permission, at=location_id)
    return topic(location_id)


def _claims(actor: Actor) -> str:
    require(actor, "repairs.receive")
    return CLAIMS


def _own(actor: Actor) -> str:
    profile = own_profile(actor)
    if profile is None:
        raise NotFound
    return customer_topic(profile.pk)


def _address(request: HttpRequest) -> str:
    scheme = "wss" if settings.HTTPS else "ws"
    return f"{scheme}://{request.get_host().partition(':')[0]}:{settings.LIVE_PORT}/live"
